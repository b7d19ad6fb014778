// @wp.kernel
// def if_else_9df7240e(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):
//     i = wp.tid()
//     x_i = x[i]
//     y_i = y[i]
//     z_i = z[i]
//     t0 = wp.tanh(wp.float64(2.0) * y_i)
//     if t0 >= z_i:
//         r1 = wp.cos(t0 - x_i - z_i)
//     else:
//         r1 = z_i + wp.exp(wp.sin(t0) - x_i)
//     out[i] = wp.float64(2.96) * r1

template <bool wp_linear_contiguous>
static void if_else_9df7240e_cpu_kernel_forward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_if_else_9df7240e *_wp_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::float64> var_x = _wp_args->x;
    wp::array_t<wp::float64> var_y = _wp_args->y;
    wp::array_t<wp::float64> var_z = _wp_args->z;
    wp::array_t<wp::float64> var_out = _wp_args->out;
    //---------
    // primal vars
    wp::int32 var_0;
    wp::float64* var_1;
    wp::float64 var_2;
    wp::float64 var_3;
    wp::float64* var_4;
    wp::float64 var_5;
    wp::float64 var_6;
    wp::float64* var_7;
    wp::float64 var_8;
    wp::float64 var_9;
    wp::float64 var_10;
    wp::float64 var_11;
    wp::float64 var_12;
    bool var_13;
    wp::float64 var_14;
    wp::float64 var_15;
    wp::float64 var_16;
    wp::float64 var_17;
    wp::float64 var_18;
    wp::float64 var_19;
    wp::float64 var_20;
    wp::float64 var_21;
    wp::float64 var_22;
    wp::float64 var_23;
    //---------
    // forward
    // def if_else_9df7240e(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):       <L 2>
    // i = wp.tid()                                                                           <L 3>
    var_0 = builtin_tid1d();
    // x_i = x[i]                                                                             <L 4>
    var_1 = wp::address(var_x, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // y_i = y[i]                                                                             <L 5>
    var_4 = wp::address(var_y, var_0);
    var_6 = wp::load(var_4);
    var_5 = wp::copy(var_6);
    // z_i = z[i]                                                                             <L 6>
    var_7 = wp::address(var_z, var_0);
    var_9 = wp::load(var_7);
    var_8 = wp::copy(var_9);
    // t0 = wp.tanh(wp.float64(2.0) * y_i)                                                    <L 7>
    var_10 = 2.0;
    var_11 = wp::mul(var_10, var_5);
    var_12 = wp::tanh(var_11);
    // if t0 >= z_i:                                                                          <L 8>
    var_13 = (var_12 >= var_8);
    if (var_13) {
        // r1 = wp.cos(t0 - x_i - z_i)                                                        <L 9>
        var_14 = wp::sub(var_12, var_2);
        var_15 = wp::sub(var_14, var_8);
        var_16 = wp::cos(var_15);
    }
    if (!var_13) {
        // r1 = z_i + wp.exp(wp.sin(t0) - x_i)                                                <L 11>
        var_17 = wp::sin(var_12);
        var_18 = wp::sub(var_17, var_2);
        var_19 = wp::exp(var_18);
        var_20 = wp::add(var_8, var_19);
    }
    var_21 = wp::where(var_13, var_16, var_20);
    // out[i] = wp.float64(2.96) * r1                                                         <L 12>
    var_22 = 2.96;
    var_23 = wp::mul(var_22, var_21);
    wp::array_store(var_out, var_0, var_23);
}

template <bool wp_linear_contiguous>
static void if_else_9df7240e_cpu_kernel_backward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_if_else_9df7240e *_wp_args,
    wp_args_if_else_9df7240e *_wp_adj_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::float64> var_x = _wp_args->x;
    wp::array_t<wp::float64> var_y = _wp_args->y;
    wp::array_t<wp::float64> var_z = _wp_args->z;
    wp::array_t<wp::float64> var_out = _wp_args->out;
    wp::array_t<wp::float64> adj_x = _wp_adj_args->x;
    wp::array_t<wp::float64> adj_y = _wp_adj_args->y;
    wp::array_t<wp::float64> adj_z = _wp_adj_args->z;
    wp::array_t<wp::float64> adj_out = _wp_adj_args->out;
    //---------
    // primal vars
    wp::int32 var_0;
    wp::float64* var_1;
    wp::float64 var_2;
    wp::float64 var_3;
    wp::float64* var_4;
    wp::float64 var_5;
    wp::float64 var_6;
    wp::float64* var_7;
    wp::float64 var_8;
    wp::float64 var_9;
    wp::float64 var_10;
    wp::float64 var_11;
    wp::float64 var_12;
    bool var_13;
    wp::float64 var_14;
    wp::float64 var_15;
    wp::float64 var_16;
    wp::float64 var_17;
    wp::float64 var_18;
    wp::float64 var_19;
    wp::float64 var_20;
    wp::float64 var_21;
    wp::float64 var_22;
    wp::float64 var_23;
    //---------
    // dual vars
    wp::int32 adj_0 = {};
    wp::float64 adj_1 = {};
    wp::float64 adj_2 = {};
    wp::float64 adj_3 = {};
    wp::float64 adj_4 = {};
    wp::float64 adj_5 = {};
    wp::float64 adj_6 = {};
    wp::float64 adj_7 = {};
    wp::float64 adj_8 = {};
    wp::float64 adj_9 = {};
    wp::float64 adj_10 = {};
    wp::float64 adj_11 = {};
    wp::float64 adj_12 = {};
    bool adj_13 = {};
    wp::float64 adj_14 = {};
    wp::float64 adj_15 = {};
    wp::float64 adj_16 = {};
    wp::float64 adj_17 = {};
    wp::float64 adj_18 = {};
    wp::float64 adj_19 = {};
    wp::float64 adj_20 = {};
    wp::float64 adj_21 = {};
    wp::float64 adj_22 = {};
    wp::float64 adj_23 = {};
    //---------
    // forward
    // def if_else_9df7240e(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):       <L 2>
    // i = wp.tid()                                                                           <L 3>
    var_0 = builtin_tid1d();
    // x_i = x[i]                                                                             <L 4>
    var_1 = wp::address(var_x, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // y_i = y[i]                                                                             <L 5>
    var_4 = wp::address(var_y, var_0);
    var_6 = wp::load(var_4);
    var_5 = wp::copy(var_6);
    // z_i = z[i]                                                                             <L 6>
    var_7 = wp::address(var_z, var_0);
    var_9 = wp::load(var_7);
    var_8 = wp::copy(var_9);
    // t0 = wp.tanh(wp.float64(2.0) * y_i)                                                    <L 7>
    var_10 = 2.0;
    var_11 = wp::mul(var_10, var_5);
    var_12 = wp::tanh(var_11);
    // if t0 >= z_i:                                                                          <L 8>
    var_13 = (var_12 >= var_8);
    if (var_13) {
        // r1 = wp.cos(t0 - x_i - z_i)                                                        <L 9>
        var_14 = wp::sub(var_12, var_2);
        var_15 = wp::sub(var_14, var_8);
        var_16 = wp::cos(var_15);
    }
    if (!var_13) {
        // r1 = z_i + wp.exp(wp.sin(t0) - x_i)                                                <L 11>
        var_17 = wp::sin(var_12);
        var_18 = wp::sub(var_17, var_2);
        var_19 = wp::exp(var_18);
        var_20 = wp::add(var_8, var_19);
    }
    var_21 = wp::where(var_13, var_16, var_20);
    // out[i] = wp.float64(2.96) * r1                                                         <L 12>
    var_22 = 2.96;
    var_23 = wp::mul(var_22, var_21);
    // wp::array_store(var_out, var_0, var_23);
    //---------
    // reverse
    wp::adj_array_store(var_out, var_0, var_23, adj_out, adj_0, adj_23);
    wp::adj_mul(var_22, var_21, adj_22, adj_21, adj_23);
    // adj: out[i] = wp.float64(2.96) * r1                                                    <L 12>
    wp::adj_where(var_13, var_16, var_20, adj_13, adj_16, adj_20, adj_21);
    if (!var_13) {
        wp::adj_add(var_8, var_19, adj_8, adj_19, adj_20);
        wp::adj_exp(var_18, var_19, adj_18, adj_19);
        wp::adj_sub(var_17, var_2, adj_17, adj_2, adj_18);
        wp::adj_sin(var_12, adj_12, adj_17);
        // adj: r1 = z_i + wp.exp(wp.sin(t0) - x_i)                                           <L 11>
    }
    if (var_13) {
        wp::adj_cos(var_15, adj_15, adj_16);
        wp::adj_sub(var_14, var_8, adj_14, adj_8, adj_15);
        wp::adj_sub(var_12, var_2, adj_12, adj_2, adj_14);
        // adj: r1 = wp.cos(t0 - x_i - z_i)                                                   <L 9>
    }
    // adj: if t0 >= z_i:                                                                     <L 8>
    wp::adj_tanh(var_11, var_12, adj_11, adj_12);
    wp::adj_mul(var_10, var_5, adj_10, adj_5, adj_11);
    // adj: t0 = wp.tanh(wp.float64(2.0) * y_i)                                               <L 7>
    wp::adj_copy(var_9, adj_7, adj_8);
    wp::adj_address(var_z, var_0, adj_z, adj_0, adj_7);
    // adj: z_i = z[i]                                                                        <L 6>
    wp::adj_copy(var_6, adj_4, adj_5);
    wp::adj_address(var_y, var_0, adj_y, adj_0, adj_4);
    // adj: y_i = y[i]                                                                        <L 5>
    wp::adj_copy(var_3, adj_1, adj_2);
    wp::adj_address(var_x, var_0, adj_x, adj_0, adj_1);
    // adj: x_i = x[i]                                                                        <L 4>
    // adj: i = wp.tid()                                                                      <L 3>
    // adj: def if_else_9df7240e(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):  <L 2>
    return;
}
