(module
  (type (func (result i32)))
  (export "compute" (func 0))
  (func (; compute ;) (type 0) (result i32)
    i32.const 15
    i32.const 10
    i32.gt_s))
