// @wp.kernel
// def program_fc3dac6b(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):
//     result[0] = operands[0] - operands[1]

template <bool wp_linear_contiguous>
static void program_fc3dac6b_cpu_kernel_forward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_fc3dac6b *_wp_args)
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
    const wp::int32 var_2 = 1;
    wp::float64* var_3;
    wp::float64 var_4;
    wp::float64 var_5;
    wp::float64 var_6;
    const wp::int32 var_7 = 0;
    //---------
    // forward
    // def program_fc3dac6b(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // result[0] = operands[0] - operands[1]                                                  <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::address(var_operands, var_2);
    var_5 = wp::load(var_1);
    var_6 = wp::load(var_3);
    var_4 = wp::sub(var_5, var_6);
    wp::array_store(var_result, var_7, var_4);
}

template <bool wp_linear_contiguous>
static void program_fc3dac6b_cpu_kernel_backward(
    wp::launch_bounds_t<1> dim,
    size_t task_index,
    wp_args_program_fc3dac6b *_wp_args,
    wp_args_program_fc3dac6b *_wp_adj_args)
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
    const wp::int32 var_2 = 1;
    wp::float64* var_3;
    wp::float64 var_4;
    wp::float64 var_5;
    wp::float64 var_6;
    const wp::int32 var_7 = 0;
    //---------
    // dual vars
    wp::int32 adj_0 = {};
    wp::float64 adj_1 = {};
    wp::int32 adj_2 = {};
    wp::float64 adj_3 = {};
    wp::float64 adj_4 = {};
    wp::float64 adj_5 = {};
    wp::float64 adj_6 = {};
    wp::int32 adj_7 = {};
    //---------
    // forward
    // def program_fc3dac6b(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
    // result[0] = operands[0] - operands[1]                                                  <L 3>
    var_1 = wp::address(var_operands, var_0);
    var_3 = wp::address(var_operands, var_2);
    var_5 = wp::load(var_1);
    var_6 = wp::load(var_3);
    var_4 = wp::sub(var_5, var_6);
    // wp::array_store(var_result, var_7, var_4);
    //---------
    // reverse
    wp::adj_array_store(var_result, var_7, var_4, adj_result, adj_7, adj_4);
    wp::adj_sub(var_5, var_6, adj_1, adj_3, adj_4);
    wp::adj_address(var_operands, var_2, adj_operands, adj_2, adj_3);
    wp::adj_address(var_operands, var_0, adj_operands, adj_0, adj_1);
    // adj: result[0] = operands[0] - operands[1]                                             <L 3>
    // adj: def program_fc3dac6b(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):  <L 2>
    return;
}
