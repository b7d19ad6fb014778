// @wp.kernel
// def program_868f03a0(operands: wp.array(dtype=wp.int64), result: wp.array(dtype=wp.int64)):
//     a = operands[0]
//     b = operands[1]
//     while b != operands[2]:
//         t = a - a // b * b
//         a = b
//         b = t
//     result[0] = a

template <bool wp_linear_contiguous>
static void program_868f03a0_cpu_kernel_forward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_868f03a0 *_wp_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::int64> var_operands = _wp_args->operands;
    wp::array_t<wp::int64> var_result = _wp_args->result;
    //---------
    // primal vars
    const wp::int32 var_0 = 0;
    wp::int64* var_1;
    wp::int64 var_2;
    wp::int64 var_3;
    const wp::int32 var_4 = 1;
    wp::int64* var_5;
    wp::int64 var_6;
    wp::int64 var_7;
    const wp::int32 var_8 = 2;
    wp::int64* var_9;
    bool var_10;
    wp::int64 var_11;
    wp::int64 var_12;
    wp::int64 var_13;
    wp::int64 var_14;
    wp::int64 var_15;
    wp::int64 var_16;
    const wp::int32 var_17 = 0;
    //---------
    // forward
    // def program_868f03a0(operands: wp.array(dtype=wp.int64), result: wp.array(dtype=wp.int64)):       <L 2>
    // a = operands[0]                                                                        <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // b = operands[1]                                                                        <L 4>
    var_5 = wp::address(var_operands, var_4);
    var_7 = wp::load(var_5);
    var_6 = wp::copy(var_7);
    // while b != operands[2]:                                                                <L 5>
    start_while_0:;
    var_9 = wp::address(var_operands, var_8);
    var_11 = wp::load(var_9);
    var_10 = (var_6 != var_11);
    if ((var_10) == false) goto end_while_0;
        // t = a - a // b * b                                                                 <L 6>
        var_12 = wp::floordiv(var_2, var_6);
        var_13 = wp::mul(var_12, var_6);
        var_14 = wp::sub(var_2, var_13);
        // a = b                                                                              <L 7>
        var_15 = wp::copy(var_6);
        // b = t                                                                              <L 8>
        var_16 = wp::copy(var_14);
        wp::assign(var_2, var_15);
        wp::assign(var_6, var_16);
    goto start_while_0;
    end_while_0:;
    // result[0] = a                                                                          <L 9>
    wp::array_store(var_result, var_17, var_2);
}

template <bool wp_linear_contiguous>
static void program_868f03a0_cpu_kernel_backward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_868f03a0 *_wp_args,
    wp_args_program_868f03a0 *_wp_adj_args)
{
    static constexpr bool wp_linear_tid = wp_linear_contiguous;

    //---------
    // argument vars
    wp::array_t<wp::int64> var_operands = _wp_args->operands;
    wp::array_t<wp::int64> var_result = _wp_args->result;
    wp::array_t<wp::int64> adj_operands = _wp_adj_args->operands;
    wp::array_t<wp::int64> adj_result = _wp_adj_args->result;
    //---------
    // primal vars
    const wp::int32 var_0 = 0;
    wp::int64* var_1;
    wp::int64 var_2;
    wp::int64 var_3;
    const wp::int32 var_4 = 1;
    wp::int64* var_5;
    wp::int64 var_6;
    wp::int64 var_7;
    const wp::int32 var_8 = 2;
    wp::int64* var_9;
    bool var_10;
    wp::int64 var_11;
    wp::int64 var_12;
    wp::int64 var_13;
    wp::int64 var_14;
    wp::int64 var_15;
    wp::int64 var_16;
    const wp::int32 var_17 = 0;
    //---------
    // dual vars
    wp::int32 adj_0 = {};
    wp::int64 adj_1 = {};
    wp::int64 adj_2 = {};
    wp::int64 adj_3 = {};
    wp::int32 adj_4 = {};
    wp::int64 adj_5 = {};
    wp::int64 adj_6 = {};
    wp::int64 adj_7 = {};
    wp::int32 adj_8 = {};
    wp::int64 adj_9 = {};
    bool adj_10 = {};
    wp::int64 adj_11 = {};
    wp::int64 adj_12 = {};
    wp::int64 adj_13 = {};
    wp::int64 adj_14 = {};
    wp::int64 adj_15 = {};
    wp::int64 adj_16 = {};
    wp::int32 adj_17 = {};
    //---------
    // forward
    // def program_868f03a0(operands: wp.array(dtype=wp.int64), result: wp.array(dtype=wp.int64)):       <L 2>
    // a = operands[0]                                                                        <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::load(var_1);
    var_2 = wp::copy(var_3);
    // b = operands[1]                                                                        <L 4>
    var_5 = wp::address(var_operands, var_4);
    var_7 = wp::load(var_5);
    var_6 = wp::copy(var_7);
    // while b != operands[2]:                                                                <L 5>
    // result[0] = a                                                                          <L 9>
    // wp::array_store(var_result, var_17, var_2);
    //---------
    // reverse
    wp::adj_array_store(var_result, var_17, var_2, adj_result, adj_17, adj_2);
    // adj: result[0] = a                                                                     <L 9>
    start_while_0:;
    var_9 = wp::address(var_operands, var_8);
    var_11 = wp::load(var_9);
    var_10 = (var_6 != var_11);
    if ((var_10) == false) goto end_while_0;
    adj_12 = {};
    adj_13 = {};
    adj_14 = {};
    adj_15 = {};
    adj_16 = {};
        // t = a - a // b * b                                                                 <L 6>
        var_12 = wp::floordiv(var_2, var_6);
        var_13 = wp::mul(var_12, var_6);
        var_14 = wp::sub(var_2, var_13);
        // a = b                                                                              <L 7>
        var_15 = wp::copy(var_6);
        // b = t                                                                              <L 8>
        var_16 = wp::copy(var_14);
        wp::assign(var_2, var_15);
        wp::assign(var_6, var_16);
        wp::adj_assign(var_6, var_16, adj_6, adj_16);
        wp::adj_assign(var_2, var_15, adj_2, adj_15);
        wp::adj_copy(var_14, adj_14, adj_16);
        // adj: b = t                                                                         <L 8>
        wp::adj_copy(var_6, adj_6, adj_15);
        // adj: a = b                                                                         <L 7>
        wp::adj_sub(var_2, var_13, adj_2, adj_13, adj_14);
        wp::adj_mul(var_12, var_6, adj_12, adj_6, adj_13);
        // adj: t = a - a // b * b                                                            <L 6>
    goto start_while_0;
    end_while_0:;
    // adj: while b != operands[2]:                                                           <L 5>
    wp::adj_copy(var_7, adj_5, adj_6);
    wp::adj_address(var_operands, var_4, adj_operands, adj_4, adj_5);
    // adj: b = operands[1]                                                                   <L 4>
    wp::adj_copy(var_3, adj_1, adj_2);
    wp::adj_address(var_operands, var_0, adj_operands, adj_0, adj_1);
    // adj: a = operands[0]                                                                   <L 3>
    // adj: def program_868f03a0(operands: wp.array(dtype=wp.int64), result: wp.array(dtype=wp.int64)):  <L 2>
    return;
}
