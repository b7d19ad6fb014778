(module
  (type (func (result i32)))
  (export "compute" (func 0))
  (func (; compute ;) (type 0) (result i32)
    i64.const 3
    i64.const 5
    i64.gt_s
    if (result i32)
      i64.const 1
      i64.const 0
      i64.div_s
      i64.const 2
      i64.gt_s
    else
      i32.const 0
    end))
