(module
  (type (func (result i32)))
  (type (func (param i32 i32) (result i32)))
  (global (; error ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i32)
    i32.const 10
    i32.const 4
    call 1 (; i32_divide ;))
  (func (; i32_divide ;) (type 1) (param i32 i32) (result i32)
    local.get 0
    local.get 1
    i32.rem_s
    i32.const 0
    i32.ne
    if
      i32.const 8
      global.set 0 (; error ;)
      unreachable
    end
    local.get 0
    local.get 1
    i32.div_s))
