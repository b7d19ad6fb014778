(module
  (type (func (result i32)))
  (export "compute" (func 0))
  (func (; compute ;) (type 0) (result i32)
    i32.const 16
    i32.const 3
    i32.sub
    i32.const 5
    i32.mul))
