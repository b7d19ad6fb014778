// @wp.kernel
// def program_3d305e83(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):
//     a = operands[0]
//     if a > operands[1]:
//         t0 = a * operands[2]
//     else:
//         t0 = a - operands[3]
//     result[0] = t0

template <bool wp_linear_contiguous>
static void program_3d305e83_cpu_kernel_forward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_3d305e83 *_wp_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::float64> var_operands = _wp_args->operands;
    wp::array_t<wp::float64> var_result = _wp_args->result;
    //---------
    // primal vars
    const wp::int32 var_0 = 0;
    wp::float64* var_1;
    wp::float64 var_2;
    wp::float64 var_3;
    const wp::int32 var_4 = 1;
    wp::float64* var_5;
    bool var_6;
    wp::float64 var_7;
    const wp::int32 var_8 = 2;
    wp::float64* var_9;
    wp::float64 var_10;
    wp::float64 var_11;
    const wp::int32 var_12 = 3;
    wp::float64* var_13;
    wp::float64 var_14;
    wp::float64 var_15;
    wp::float64 var_16;
    const wp::int32 var_17 = 0;
    //---------
    // forward
    // def program_3d305e83(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // a = operands[0]                                                                        <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // if a > operands[1]:                                                                    <L 4>
    var_5 = wp::address(var_operands, var_4);
    var_7 = wp::load(var_5);
    var_6 = (var_2 > var_7);
    if (var_6) {
        // t0 = a * operands[2]                                                               <L 5>
        var_9 = wp::address(var_operands, var_8);
        var_11 = wp::load(var_9);
        var_10 = wp::mul(var_2, var_11);
    }
    if (!var_6) {
        // t0 = a - operands[3]                                                               <L 7>
        var_13 = wp::address(var_operands, var_12);
        var_15 = wp::load(var_13);
        var_14 = wp::sub(var_2, var_15);
    }
    var_16 = wp::where(var_6, var_10, var_14);
    // result[0] = t0                                                                         <L 8>
    wp::array_store(var_result, var_17, var_16);
}

template <bool wp_linear_contiguous>
static void program_3d305e83_cpu_kernel_backward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_3d305e83 *_wp_args,
    wp_args_program_3d305e83 *_wp_adj_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::float64> var_operands = _wp_args->operands;
    wp::array_t<wp::float64> var_result = _wp_args->result;
    wp::array_t<wp::float64> adj_operands = _wp_adj_args->operands;
    wp::array_t<wp::float64> adj_result = _wp_adj_args->result;
    //---------
    // primal vars
    const wp::int32 var_0 = 0;
    wp::float64* var_1;
    wp::float64 var_2;
    wp::float64 var_3;
    const wp::int32 var_4 = 1;
    wp::float64* var_5;
    bool var_6;
    wp::float64 var_7;
    const wp::int32 var_8 = 2;
    wp::float64* var_9;
    wp::float64 var_10;
    wp::float64 var_11;
    const wp::int32 var_12 = 3;
    wp::float64* var_13;
    wp::float64 var_14;
    wp::float64 var_15;
    wp::float64 var_16;
    const wp::int32 var_17 = 0;
    //---------
    // dual vars
    wp::int32 adj_0 = {};
    wp::float64 adj_1 = {};
    wp::float64 adj_2 = {};
    wp::float64 adj_3 = {};
    wp::int32 adj_4 = {};
    wp::float64 adj_5 = {};
    bool adj_6 = {};
    wp::float64 adj_7 = {};
    wp::int32 adj_8 = {};
    wp::float64 adj_9 = {};
    wp::float64 adj_10 = {};
    wp::float64 adj_11 = {};
    wp::int32 adj_12 = {};
    wp::float64 adj_13 = {};
    wp::float64 adj_14 = {};
    wp::float64 adj_15 = {};
    wp::float64 adj_16 = {};
    wp::int32 adj_17 = {};
    //---------
    // forward
    // def program_3d305e83(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // a = operands[0]                                                                        <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // if a > operands[1]:                                                                    <L 4>
    var_5 = wp::address(var_operands, var_4);
    var_7 = wp::load(var_5);
    var_6 = (var_2 > var_7);
    if (var_6) {
        // t0 = a * operands[2]                                                               <L 5>
        var_9 = wp::address(var_operands, var_8);
        var_11 = wp::load(var_9);
        var_10 = wp::mul(var_2, var_11);
    }
    if (!var_6) {
        // t0 = a - operands[3]                                                               <L 7>
        var_13 = wp::address(var_operands, var_12);
        var_15 = wp::load(var_13);
        var_14 = wp::sub(var_2, var_15);
    }
    var_16 = wp::where(var_6, var_10, var_14);
    // result[0] = t0                                                                         <L 8>
    // wp::array_store(var_result, var_17, var_16);
    //---------
    // reverse
    wp::adj_array_store(var_result, var_17, var_16, adj_result, adj_17, adj_16);
    // adj: result[0] = t0                                                                    <L 8>
    wp::adj_where(var_6, var_10, var_14, adj_6, adj_10, adj_14, adj_16);
    if (!var_6) {
        wp::adj_sub(var_2, var_15, adj_2, adj_13, adj_14);
        wp::adj_address(var_operands, var_12, adj_operands, adj_12, adj_13);
        // adj: t0 = a - operands[3]                                                          <L 7>
    }
    if (var_6) {
        wp::adj_mul(var_2, var_11, adj_2, adj_9, adj_10);
        wp::adj_address(var_operands, var_8, adj_operands, adj_8, adj_9);
        // adj: t0 = a * operands[2]                                                          <L 5>
    }
    wp::adj_address(var_operands, var_4, adj_operands, adj_4, adj_5);
    // adj: if a > operands[1]:                                                               <L 4>
    wp::adj_copy(var_3, adj_1, adj_2);
    wp::adj_address(var_operands, var_0, adj_operands, adj_0, adj_1);
    // adj: a = operands[0]                                                                   <L 3>
    // adj: def program_3d305e83(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):  <L 2>
    return;
}
