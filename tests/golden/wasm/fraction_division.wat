(module
  (type (func (result f64)))
  (type (func (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64 i64 i64 i64)))
  (type (func (param i64 i64 i64 i64) (result f64)))
  (type (func (param i64 i64 i64 i64) (result i64 i64 i64 i64)))
  (type (func (param i64 i64) (result i64 i64)))
  (type (func (param i64 i64) (result f64)))
  (type (func (param i64 i64 i64) (result i64 i64)))
  (type (func (param f64)))
  (type (func (param i64 i64) (result i64)))
  (type (func (param i64 i64 i64 i64) (result i64 i64)))
  (type (func (param i64 i64 i64 i64) (result i32)))
  (type (func (result i64 i64)))
  (global (; error ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result f64)
    i64.const 10
    i64.const 0
    i64.const 1
    i64.const 0
    i64.const 4
    i64.const 0
    i64.const 1
    i64.const 0
    call 1 (; fraction_divide ;)
    call 2 (; fraction_to_f64 ;))
  (func (; fraction_divide ;) (type 1) (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64 i64 i64 i64)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    local.get 4
    local.get 5
    local.get 6
    local.get 7
    call 3 (; fraction_inverse ;)
    call 4 (; fraction_multiply ;))
  (func (; fraction_to_f64 ;) (type 2) (param i64 i64 i64 i64) (result f64)
    (local f64)
    local.get 0
    local.get 1
    call 5 (; i128_absolute ;)
    call 6 (; u128_to_f64 ;)
    local.get 2
    local.get 3
    call 6 (; u128_to_f64 ;)
    f64.div
    local.set 4
    local.get 1
    i64.const 0
    i64.lt_s
    if (result f64)
      local.get 4
      f64.neg
    else
      local.get 4
    end)
  (func (; fraction_inverse ;) (type 3) (param i64 i64 i64 i64) (result i64 i64 i64 i64)
    local.get 0
    local.get 1
    i64.or
    i64.eqz
    if
      i32.const 1
      global.set 0 (; error ;)
      unreachable
    end
    local.get 2
    local.get 3
    local.get 1
    call 7 (; i128_signed ;)
    local.get 0
    local.get 1
    call 5 (; i128_absolute ;))
  (func (; fraction_multiply ;) (type 1) (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64 i64 i64 i64)
    local.get 0
    i64.const 2147483648
    i64.add
    local.get 4
    i64.const 2147483648
    i64.add
    i64.or
    i64.const 32
    i64.shr_u
    local.get 2
    local.get 6
    i64.or
    i64.const 31
    i64.shr_u
    i64.or
    local.get 1
    local.get 0
    i64.const 63
    i64.shr_s
    i64.xor
    i64.or
    local.get 5
    local.get 4
    i64.const 63
    i64.shr_s
    i64.xor
    i64.or
    local.get 3
    i64.or
    local.get 7
    i64.or
    i64.eqz
    if
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      local.get 4
      local.get 5
      local.get 6
      local.get 7
      call 8 (; fraction_small_product ;)
      return
    end
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    call 2 (; fraction_to_f64 ;)
    local.get 4
    local.get 5
    local.get 6
    local.get 7
    call 2 (; fraction_to_f64 ;)
    f64.mul
    call 9 (; fraction_bound ;)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    local.get 4
    local.get 5
    local.get 6
    local.get 7
    call 10 (; fraction_wide_product ;)
    call 11 (; fraction_in_range ;))
  (func (; i128_absolute ;) (type 4) (param i64 i64) (result i64 i64)
    local.get 1
    i64.const 0
    i64.lt_s
    if (result i64 i64)
      local.get 0
      local.get 1
      call 12 (; i128_negate ;)
    else
      local.get 0
      local.get 1
    end)
  (func (; u128_to_f64 ;) (type 5) (param i64 i64) (result f64)
    local.get 1
    f64.convert_i64_u
    f64.const 1.8446744073709552e+19
    f64.mul
    local.get 0
    f64.convert_i64_u
    f64.add)
  (func (; i128_signed ;) (type 6) (param i64 i64 i64) (result i64 i64)
    local.get 2
    i64.const 0
    i64.lt_s
    if (result i64 i64)
      local.get 0
      local.get 1
      call 12 (; i128_negate ;)
    else
      local.get 0
      local.get 1
    end)
  (func (; fraction_small_product ;) (type 1) (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64 i64 i64 i64)
    (local i64 i64 i64)
    local.get 0
    i64.const 63
    i64.shr_s
    local.get 0
    i64.xor
    local.get 0
    i64.const 63
    i64.shr_s
    i64.sub
    local.get 6
    call 13 (; u64_gcd ;)
    local.set 8
    local.get 4
    i64.const 63
    i64.shr_s
    local.get 4
    i64.xor
    local.get 4
    i64.const 63
    i64.shr_s
    i64.sub
    local.get 2
    call 13 (; u64_gcd ;)
    local.set 9
    local.get 0
    local.get 8
    i64.div_s
    local.get 4
    local.get 9
    i64.div_s
    i64.mul
    local.tee 10
    local.get 10
    i64.const 63
    i64.shr_s
    local.get 2
    local.get 9
    i64.div_u
    local.get 6
    local.get 8
    i64.div_u
    i64.mul
    i64.const 0)
  (func (; fraction_bound ;) (type 7) (param f64)
    local.get 0
    f64.abs
    f64.const 9.223372036863164e+18
    f64.ge
    if
      i32.const 2
      global.set 0 (; error ;)
      unreachable
    end)
  (func (; fraction_wide_product ;) (type 1) (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64 i64 i64 i64)
    (local i64 i64 i64 i64)
    local.get 0
    local.get 1
    call 5 (; i128_absolute ;)
    local.get 6
    local.get 7
    call 14 (; u128_gcd ;)
    local.set 9
    local.set 8
    local.get 4
    local.get 5
    call 5 (; i128_absolute ;)
    local.get 2
    local.get 3
    call 14 (; u128_gcd ;)
    local.set 11
    local.set 10
    local.get 0
    local.get 1
    call 5 (; i128_absolute ;)
    local.get 8
    local.get 9
    call 15 (; u128_quotient ;)
    local.get 4
    local.get 5
    call 5 (; i128_absolute ;)
    local.get 10
    local.get 11
    call 15 (; u128_quotient ;)
    call 16 (; u128_product ;)
    local.get 1
    local.get 5
    i64.xor
    call 7 (; i128_signed ;)
    local.get 2
    local.get 3
    local.get 10
    local.get 11
    call 15 (; u128_quotient ;)
    local.get 6
    local.get 7
    local.get 8
    local.get 9
    call 15 (; u128_quotient ;)
    call 16 (; u128_product ;))
  (func (; fraction_in_range ;) (type 3) (param i64 i64 i64 i64) (result i64 i64 i64 i64)
    (local i64 i64)
    local.get 3
    i64.eqz
    if
      local.get 0
      local.get 1
      call 5 (; i128_absolute ;)
      local.set 5
      local.set 4
      local.get 1
      i64.const 0
      i64.lt_s
      if (result i32)
        local.get 2
        i64.const 63
        i64.shl
        local.get 2
        i64.const 1
        i64.shr_u
        local.get 4
        local.get 5
        call 17 (; u128_below ;)
      else
        local.get 4
        local.get 5
        local.get 2
        i64.const 63
        i64.shl
        local.get 2
        i64.const 1
        i64.shr_u
        call 17 (; u128_below ;)
        i32.eqz
      end
      if
        i32.const 2
        global.set 0 (; error ;)
        unreachable
      end
    end
    local.get 0
    local.get 1
    local.get 2
    local.get 3)
  (func (; i128_negate ;) (type 4) (param i64 i64) (result i64 i64)
    i64.const 0
    local.get 0
    i64.sub
    i64.const 0
    local.get 1
    i64.sub
    local.get 0
    i64.const 0
    i64.ne
    i64.extend_i32_u
    i64.sub)
  (func (; u64_gcd ;) (type 8) (param i64 i64) (result i64)
    (local i64)
    block
      loop
        local.get 1
        i64.eqz
        br_if 1
        local.get 0
        local.get 1
        i64.rem_u
        local.set 2
        local.get 1
        local.set 0
        local.get 2
        local.set 1
        br 0
      end
    end
    local.get 0)
  (func (; u128_gcd ;) (type 9) (param i64 i64 i64 i64) (result i64 i64)
    (local i64 i64)
    block
      loop
        local.get 1
        local.get 3
        i64.or
        i64.eqz
        if
          local.get 0
          local.get 2
          call 13 (; u64_gcd ;)
          i64.const 0
          return
        end
        local.get 2
        local.get 3
        i64.or
        i64.eqz
        br_if 1
        local.get 0
        local.get 1
        local.get 2
        local.get 3
        call 18 (; u128_divide ;)
        local.set 5
        local.set 4
        drop
        drop
        local.get 2
        local.set 0
        local.get 3
        local.set 1
        local.get 4
        local.set 2
        local.get 5
        local.set 3
        br 0
      end
    end
    local.get 0
    local.get 1)
  (func (; u128_quotient ;) (type 9) (param i64 i64 i64 i64) (result i64 i64)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    call 18 (; u128_divide ;)
    drop
    drop)
  (func (; u128_product ;) (type 9) (param i64 i64 i64 i64) (result i64 i64)
    (local i64 i64)
    local.get 1
    i64.const 0
    i64.ne
    if
      local.get 3
      i64.const 0
      i64.ne
      if
        i32.const 8
        global.set 0 (; error ;)
        unreachable
      end
      local.get 0
      local.set 4
      local.get 1
      local.set 5
      local.get 2
      local.set 0
      local.get 3
      local.set 1
      local.get 4
      local.set 2
      local.get 5
      local.set 3
    end
    local.get 0
    local.get 2
    call 19 (; u64_product ;)
    local.set 5
    local.set 4
    local.get 3
    i64.const 0
    i64.ne
    if
      local.get 0
      local.get 3
      call 19 (; u64_product ;)
      i64.const 0
      i64.ne
      if
        i32.const 8
        global.set 0 (; error ;)
        unreachable
      end
      local.tee 3
      local.get 5
      i64.add
      local.tee 5
      local.get 3
      i64.lt_u
      if
        i32.const 8
        global.set 0 (; error ;)
        unreachable
      end
    end
    local.get 5
    i64.const 0
    i64.lt_s
    if
      i32.const 8
      global.set 0 (; error ;)
      unreachable
    end
    local.get 4
    local.get 5)
  (func (; u128_below ;) (type 10) (param i64 i64 i64 i64) (result i32)
    local.get 1
    local.get 3
    i64.eq
    if (result i32)
      local.get 0
      local.get 2
      i64.lt_u
    else
      local.get 1
      local.get 3
      i64.lt_u
    end)
  (func (; u128_divide ;) (type 3) (param i64 i64 i64 i64) (result i64 i64 i64 i64)
    (local i64 i64 i64)
    local.get 1
    local.get 3
    i64.or
    i64.eqz
    if
      local.get 0
      local.get 2
      i64.div_u
      i64.const 0
      local.get 0
      local.get 2
      i64.rem_u
      i64.const 0
      return
    end
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    call 17 (; u128_below ;)
    if
      i64.const 0
      i64.const 0
      local.get 0
      local.get 1
      return
    end
    local.get 2
    local.get 3
    call 20 (; u128_leading_zeros ;)
    local.get 0
    local.get 1
    call 20 (; u128_leading_zeros ;)
    i64.sub
    local.set 6
    local.get 2
    local.get 3
    local.get 6
    call 21 (; u128_shifted ;)
    local.set 3
    local.set 2
    loop
      local.get 5
      i64.const 1
      i64.shl
      local.get 4
      i64.const 63
      i64.shr_u
      i64.or
      local.set 5
      local.get 4
      i64.const 1
      i64.shl
      local.set 4
      local.get 0
      local.get 1
      local.get 2
      local.get 3
      call 17 (; u128_below ;)
      i32.eqz
      if
        local.get 1
        local.get 3
        i64.sub
        local.get 0
        local.get 2
        i64.lt_u
        i64.extend_i32_u
        i64.sub
        local.set 1
        local.get 0
        local.get 2
        i64.sub
        local.set 0
        local.get 4
        i64.const 1
        i64.or
        local.set 4
      end
      local.get 2
      i64.const 1
      i64.shr_u
      local.get 3
      i64.const 63
      i64.shl
      i64.or
      local.set 2
      local.get 3
      i64.const 1
      i64.shr_u
      local.set 3
      local.get 6
      i64.const 1
      i64.sub
      local.tee 6
      i64.const 0
      i64.ge_s
      br_if 0
    end
    local.get 4
    local.get 5
    local.get 0
    local.get 1)
  (func (; u64_product ;) (type 4) (param i64 i64) (result i64 i64)
    (local i64 i64 i64)
    local.get 0
    i64.const 4294967295
    i64.and
    local.get 1
    i64.const 32
    i64.shr_u
    i64.mul
    local.set 2
    local.get 0
    i64.const 32
    i64.shr_u
    local.get 1
    i64.const 4294967295
    i64.and
    i64.mul
    local.set 3
    local.get 0
    i64.const 4294967295
    i64.and
    local.get 1
    i64.const 4294967295
    i64.and
    i64.mul
    i64.const 32
    i64.shr_u
    local.get 2
    i64.const 4294967295
    i64.and
    i64.add
    local.get 3
    i64.const 4294967295
    i64.and
    i64.add
    local.set 4
    local.get 0
    local.get 1
    i64.mul
    local.get 0
    i64.const 32
    i64.shr_u
    local.get 1
    i64.const 32
    i64.shr_u
    i64.mul
    local.get 2
    i64.const 32
    i64.shr_u
    i64.add
    local.get 3
    i64.const 32
    i64.shr_u
    i64.add
    local.get 4
    i64.const 32
    i64.shr_u
    i64.add)
  (func (; u128_leading_zeros ;) (type 8) (param i64 i64) (result i64)
    local.get 1
    i64.eqz
    if (result i64)
      local.get 0
      i64.clz
      i64.const 64
      i64.add
    else
      local.get 1
      i64.clz
    end)
  (func (; u128_shifted ;) (type 6) (param i64 i64 i64) (result i64 i64)
    local.get 2
    i64.eqz
    if
      local.get 0
      local.get 1
      return
    end
    local.get 2
    i64.const 64
    i64.ge_u
    if
      i64.const 0
      local.get 0
      local.get 2
      i64.const 64
      i64.sub
      i64.shl
      return
    end
    local.get 0
    local.get 2
    i64.shl
    local.get 1
    local.get 2
    i64.shl
    local.get 0
    i64.const 64
    local.get 2
    i64.sub
    i64.shr_u
    i64.or))
