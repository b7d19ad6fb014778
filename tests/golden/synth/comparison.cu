// @wp.kernel
// def program_7a5df0b8(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):
//     result[0] = wp.where(operands[0] > operands[1], wp.float64(1.0), wp.float64(0.0))

extern "C" __global__ void program_7a5df0b8_cuda_kernel_forward(
    wp::launch_bounds_t<1> dim,
    wp::array_t<wp::float64> var_operands,
    wp::array_t<wp::float64> var_result)
{
    wp::tile_shared_storage_t tile_mem;

    for (size_t _idx = static_cast<size_t>(blockDim.x) * static_cast<size_t>(blockIdx.x) + static_cast<size_t>(threadIdx.x);
         _idx < dim.size;
         _idx += static_cast<size_t>(blockDim.x) * static_cast<size_t>(gridDim.x))
    {
            // reset shared memory allocator
        wp::tile_shared_storage_t::init();

        //---------
        // primal vars
        const wp::int32 var_0 = 0;
        wp::float64* var_1;
        const wp::int32 var_2 = 1;
        wp::float64* var_3;
        bool var_4;
        wp::float64 var_5;
        wp::float64 var_6;
        wp::float64 var_7;
        wp::float64 var_8;
        wp::float64 var_9;
        const wp::int32 var_10 = 0;
        //---------
        // forward
        // def program_7a5df0b8(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
        // result[0] = wp.where(operands[0] > operands[1], wp.float64(1.0), wp.float64(0.0))       <L 3>
        var_1 = wp::address(var_operands, var_0);
        var_3 = wp::address(var_operands, var_2);
        var_5 = wp::load(var_1);
        var_6 = wp::load(var_3);
        var_4 = (var_5 > var_6);
        var_7 = 1.0;
        var_8 = 0.0;
        var_9 = wp::where(var_4, var_7, var_8);
        wp::array_store(var_result, var_10, var_9);
    }
}

extern "C" __global__ void program_7a5df0b8_cuda_kernel_backward(
    wp::launch_bounds_t<1> dim,
    wp::array_t<wp::float64> var_operands,
    wp::array_t<wp::float64> var_result,
    wp::array_t<wp::float64> adj_operands,
    wp::array_t<wp::float64> adj_result)
{
    wp::tile_shared_storage_t tile_mem;

    for (size_t _idx = static_cast<size_t>(blockDim.x) * static_cast<size_t>(blockIdx.x) + static_cast<size_t>(threadIdx.x);
         _idx < dim.size;
         _idx += static_cast<size_t>(blockDim.x) * static_cast<size_t>(gridDim.x))
    {
            // reset shared memory allocator
        wp::tile_shared_storage_t::init();

        //---------
        // primal vars
        const wp::int32 var_0 = 0;
        wp::float64* var_1;
        const wp::int32 var_2 = 1;
        wp::float64* var_3;
        bool var_4;
        wp::float64 var_5;
        wp::float64 var_6;
        wp::float64 var_7;
        wp::float64 var_8;
        wp::float64 var_9;
        const wp::int32 var_10 = 0;
        //---------
        // dual vars
        wp::int32 adj_0 = {};
        wp::float64 adj_1 = {};
        wp::int32 adj_2 = {};
        wp::float64 adj_3 = {};
        bool adj_4 = {};
        wp::float64 adj_5 = {};
        wp::float64 adj_6 = {};
        wp::float64 adj_7 = {};
        wp::float64 adj_8 = {};
        wp::float64 adj_9 = {};
        wp::int32 adj_10 = {};
        //---------
        // forward
        // def program_7a5df0b8(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):       <L 2>
        // result[0] = wp.where(operands[0] > operands[1], wp.float64(1.0), wp.float64(0.0))       <L 3>
        var_1 = wp::address(var_operands, var_0);
        var_3 = wp::address(var_operands, var_2);
        var_5 = wp::load(var_1);
        var_6 = wp::load(var_3);
        var_4 = (var_5 > var_6);
        var_7 = 1.0;
        var_8 = 0.0;
        var_9 = wp::where(var_4, var_7, var_8);
        // wp::array_store(var_result, var_10, var_9);
        //---------
        // reverse
        wp::adj_array_store(var_result, var_10, var_9, adj_result, adj_10, adj_9);
        wp::adj_where(var_4, var_7, var_8, adj_4, adj_7, adj_8, adj_9);
        wp::adj_address(var_operands, var_2, adj_operands, adj_2, adj_3);
        wp::adj_address(var_operands, var_0, adj_operands, adj_0, adj_1);
        // adj: result[0] = wp.where(operands[0] > operands[1], wp.float64(1.0), wp.float64(0.0))  <L 3>
        // adj: def program_7a5df0b8(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):  <L 2>
        continue;
    }
}
