(module
  (type (func (result f32)))
  (type (func (param f32) (result f32)))
  (global (; error ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result f32)
    f32.const 0.10000000149011612
    f32.const 0.20000000298023224
    f32.add
    call 1 (; f32_in_range ;))
  (func (; f32_in_range ;) (type 1) (param f32) (result f32)
    local.get 0
    f32.const -9.223372036854776e+18
    f32.ge
    local.get 0
    f32.const 9.223372036854776e+18
    f32.lt
    i32.and
    i32.eqz
    if
      i32.const 2
      global.set 0 (; error ;)
      unreachable
    end
    local.get 0
    f32.const 0.0
    f32.add))
