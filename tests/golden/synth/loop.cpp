// @wp.kernel
// def program_c21a3e28(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):
//     t0 = wp.float64(0.0)
//     for i in range(int(operands[0]), int(operands[1]) + 1):
//         t0 = t0 + wp.float64(i) * operands[2]
//     result[0] = t0

template <bool wp_linear_contiguous>
static void program_c21a3e28_cpu_kernel_forward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_c21a3e28 *_wp_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::float64> var_operands = _wp_args->operands;
    wp::array_t<wp::float64> var_result = _wp_args->result;
    //---------
    // primal vars
    wp::float64 var_0;
    const wp::int32 var_1 = 0;
    wp::float64* var_2;
    wp::int32 var_3;
    wp::float64 var_4;
    const wp::int32 var_5 = 1;
    wp::float64* var_6;
    wp::int32 var_7;
    wp::float64 var_8;
    const wp::int32 var_9 = 1;
    wp::int32 var_10;
    wp::range_t var_11;
    wp::int32 var_12;
    wp::float64 var_13;
    const wp::int32 var_14 = 2;
    wp::float64* var_15;
    wp::float64 var_16;
    wp::float64 var_17;
    wp::float64 var_18;
    const wp::int32 var_19 = 0;
    //---------
    // forward
    // def program_c21a3e28(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // t0 = wp.float64(0.0)                                                                   <L 3>
    var_0 = 0.0;
    // for i in range(int(operands[0]), int(operands[1]) + 1):                                <L 4>
    var_2 = wp::address(var_operands, var_1);
    var_4 = wp::load(var_2);
    var_3 = wp::int(var_4);
    var_6 = wp::address(var_operands, var_5);
    var_8 = wp::load(var_6);
    var_7 = wp::int(var_8);
    var_10 = wp::add(var_7, var_9);
    var_11 = wp::range(var_3, var_10);
    start_for_0:;
        if (iter_cmp(var_11) == 0) goto end_for_0;
        var_12 = wp::iter_next(var_11);
        // t0 = t0 + wp.float64(i) * operands[2]                                              <L 5>
        var_13 = wp::float64(var_12);
        var_15 = wp::address(var_operands, var_14);
        var_17 = wp::load(var_15);
        var_16 = wp::mul(var_13, var_17);
        var_18 = wp::add(var_0, var_16);
        wp::assign(var_0, var_18);
        goto start_for_0;
    end_for_0:;
    // result[0] = t0                                                                         <L 6>
    wp::array_store(var_result, var_19, var_0);
}

template <bool wp_linear_contiguous>
static void program_c21a3e28_cpu_kernel_backward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_c21a3e28 *_wp_args,
    wp_args_program_c21a3e28 *_wp_adj_args)
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
    wp::float64 var_0;
    const wp::int32 var_1 = 0;
    wp::float64* var_2;
    wp::int32 var_3;
    wp::float64 var_4;
    const wp::int32 var_5 = 1;
    wp::float64* var_6;
    wp::int32 var_7;
    wp::float64 var_8;
    const wp::int32 var_9 = 1;
    wp::int32 var_10;
    wp::range_t var_11;
    wp::int32 var_12;
    wp::float64 var_13;
    const wp::int32 var_14 = 2;
    wp::float64* var_15;
    wp::float64 var_16;
    wp::float64 var_17;
    wp::float64 var_18;
    const wp::int32 var_19 = 0;
    //---------
    // dual vars
    wp::float64 adj_0 = {};
    wp::int32 adj_1 = {};
    wp::float64 adj_2 = {};
    wp::int32 adj_3 = {};
    wp::float64 adj_4 = {};
    wp::int32 adj_5 = {};
    wp::float64 adj_6 = {};
    wp::int32 adj_7 = {};
    wp::float64 adj_8 = {};
    wp::int32 adj_9 = {};
    wp::int32 adj_10 = {};
    wp::range_t adj_11 = {};
    wp::int32 adj_12 = {};
    wp::float64 adj_13 = {};
    wp::int32 adj_14 = {};
    wp::float64 adj_15 = {};
    wp::float64 adj_16 = {};
    wp::float64 adj_17 = {};
    wp::float64 adj_18 = {};
    wp::int32 adj_19 = {};
    //---------
    // forward
    // def program_c21a3e28(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // t0 = wp.float64(0.0)                                                                   <L 3>
    var_0 = 0.0;
    // for i in range(int(operands[0]), int(operands[1]) + 1):                                <L 4>
    var_2 = wp::address(var_operands, var_1);
    var_4 = wp::load(var_2);
    var_3 = wp::int(var_4);
    var_6 = wp::address(var_operands, var_5);
    var_8 = wp::load(var_6);
    var_7 = wp::int(var_8);
    var_10 = wp::add(var_7, var_9);
    var_11 = wp::range(var_3, var_10);
    // result[0] = t0                                                                         <L 6>
    // wp::array_store(var_result, var_19, var_0);
    //---------
    // reverse
    wp::adj_array_store(var_result, var_19, var_0, adj_result, adj_19, adj_0);
    // adj: result[0] = t0                                                                    <L 6>
    var_11 = wp::iter_reverse(var_11);
    start_for_0:;
        if (iter_cmp(var_11) == 0) goto end_for_0;
        var_12 = wp::iter_next(var_11);
    	adj_13 = {};
    	adj_14 = {};
    	adj_15 = {};
    	adj_16 = {};
    	adj_17 = {};
    	adj_18 = {};
        // t0 = t0 + wp.float64(i) * operands[2]                                              <L 5>
        var_13 = wp::float64(var_12);
        var_15 = wp::address(var_operands, var_14);
        var_17 = wp::load(var_15);
        var_16 = wp::mul(var_13, var_17);
        var_18 = wp::add(var_0, var_16);
        wp::assign(var_0, var_18);
        wp::adj_assign(var_0, var_18, adj_0, adj_18);
        wp::adj_add(var_0, var_16, adj_0, adj_16, adj_18);
        wp::adj_mul(var_13, var_17, adj_13, adj_15, adj_16);
        wp::adj_address(var_operands, var_14, adj_operands, adj_14, adj_15);
        wp::adj_float64(var_12, adj_12, adj_13);
        // adj: t0 = t0 + wp.float64(i) * operands[2]                                         <L 5>
    	goto start_for_0;
    end_for_0:;
    wp::adj_add(var_7, var_9, adj_7, adj_9, adj_10);
    wp::adj_address(var_operands, var_5, adj_operands, adj_5, adj_6);
    wp::adj_address(var_operands, var_1, adj_operands, adj_1, adj_2);
    // adj: for i in range(int(operands[0]), int(operands[1]) + 1):                           <L 4>
    // adj: t0 = wp.float64(0.0)                                                              <L 3>
    // adj: def program_c21a3e28(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):  <L 2>
    return;
}
