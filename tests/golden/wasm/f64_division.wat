(module
  (type (func (result f64)))
  (export "compute" (func 0))
  (func (; compute ;) (type 0) (result f64)
    f64.const 10.0
    f64.const 4.0
    f64.div))
