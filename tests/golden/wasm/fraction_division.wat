(module
  (type (func (result f64)))
  (type (func (param i64 i64 i64 i64) (result i64 i64)))
  (type (func (param i64 i64) (result f64)))
  (type (func (param i64) (result i64)))
  (type (func (param i64 i64) (result i64)))
  (type (func (param i64 i64) (result i64 i64)))
  (global (; error ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result f64)
    i64.const 10
    i64.const 1
    i64.const 4
    i64.const 1
    call 1 (; fraction_divide ;)
    call 2 (; fraction_to_f64 ;))
  (func (; fraction_divide ;) (type 1) (param i64 i64 i64 i64) (result i64 i64)
    local.get 2
    i64.eqz
    if
      i32.const 1
      global.set 0 (; error ;)
      unreachable
    end
    local.get 2
    i64.const 0
    i64.lt_s
    if
      local.get 2
      call 3 (; i64_negate ;)
      local.set 2
      local.get 3
      call 3 (; i64_negate ;)
      local.set 3
    end
    local.get 0
    local.get 1
    local.get 3
    local.get 2
    call 4 (; fraction_multiply ;))
  (func (; fraction_to_f64 ;) (type 2) (param i64 i64) (result f64)
    local.get 0
    f64.convert_i64_s
    local.get 1
    f64.convert_i64_s
    f64.div)
  (func (; i64_negate ;) (type 3) (param i64) (result i64)
    local.get 0
    i64.const -9223372036854775808
    i64.eq
    if
      i32.const 2
      global.set 0 (; error ;)
      unreachable
    end
    i64.const 0
    local.get 0
    i64.sub)
  (func (; fraction_multiply ;) (type 1) (param i64 i64 i64 i64) (result i64 i64)
    (local i64 i64)
    local.get 0
    local.get 3
    call 5 (; i64_gcd ;)
    local.set 4
    local.get 2
    local.get 1
    call 5 (; i64_gcd ;)
    local.set 5
    local.get 0
    local.get 4
    i64.div_s
    local.get 2
    local.get 5
    i64.div_s
    call 6 (; i64_multiply ;)
    local.get 1
    local.get 5
    i64.div_s
    local.get 3
    local.get 4
    i64.div_s
    call 6 (; i64_multiply ;)
    call 7 (; fraction_reduce ;))
  (func (; i64_gcd ;) (type 4) (param i64 i64) (result i64)
    (local i64)
    block
      loop
        local.get 1
        i64.eqz
        br_if 1
        local.get 0
        local.get 1
        i64.rem_s
        local.set 2
        local.get 1
        local.set 0
        local.get 2
        local.set 1
        br 0
      end
    end
    local.get 0
    call 8 (; i64_absolute ;))
  (func (; i64_multiply ;) (type 4) (param i64 i64) (result i64)
    (local i64)
    local.get 0
    local.get 1
    i64.mul
    local.set 2
    local.get 0
    i64.const 2147483648
    i64.add
    local.get 1
    i64.const 2147483648
    i64.add
    i64.or
    i64.const 32
    i64.shr_u
    i64.eqz
    if
      local.get 2
      return
    end
    local.get 0
    i64.eqz
    if
      i64.const 0
      return
    end
    local.get 0
    i64.const -1
    i64.eq
    if
      local.get 1
      i64.const -9223372036854775808
      i64.eq
      if
        i32.const 2
        global.set 0 (; error ;)
        unreachable
      end
      local.get 2
      return
    end
    local.get 2
    local.get 0
    i64.div_s
    local.get 1
    i64.ne
    if
      i32.const 2
      global.set 0 (; error ;)
      unreachable
    end
    local.get 2)
  (func (; fraction_reduce ;) (type 5) (param i64 i64) (result i64 i64)
    (local i64)
    local.get 0
    local.get 1
    call 5 (; i64_gcd ;)
    local.set 2
    local.get 0
    local.get 2
    i64.div_s
    local.get 1
    local.get 2
    i64.div_s)
  (func (; i64_absolute ;) (type 3) (param i64) (result i64)
    local.get 0
    i64.const 0
    i64.lt_s
    if (result i64)
      local.get 0
      call 3 (; i64_negate ;)
    else
      local.get 0
    end))
