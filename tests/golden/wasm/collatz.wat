(module
  (type (func (result i64)))
  (type (func))
  (type (func (param i64 i64) (result i64)))
  (global (; error ;) (mut i32) (i32.const 0))
  (global (; fuel ;) (mut i32) (i32.const 100000000))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i64)
    (local i64 i64)
    i64.const 27
    local.set 0
    i64.const 0
    local.set 1
    loop
      local.get 0
      i64.const 1
      i64.ne
      if
        call 1 (; burn ;)
        local.get 0
        i64.const 2
        i64.rem_s
        i64.const 0
        i64.eq
        if (result i64)
          local.get 0
          i64.const 2
          call 2 (; i64_divide ;)
        else
          i64.const 3
          local.get 0
          call 3 (; i64_multiply ;)
          i64.const 1
          call 4 (; i64_add ;)
        end
        local.set 0
        local.get 1
        i64.const 1
        call 4 (; i64_add ;)
        local.set 1
        br 1
      end
    end
    local.get 1)
  (func (; burn ;) (type 1)
    global.get 1 (; fuel ;)
    i32.eqz
    if
      i32.const 7
      global.set 0 (; error ;)
      unreachable
    end
    global.get 1 (; fuel ;)
    i32.const 1
    i32.sub
    global.set 1 (; fuel ;))
  (func (; i64_divide ;) (type 2) (param i64 i64) (result i64)
    local.get 0
    local.get 1
    i64.rem_s
    i64.const 0
    i64.ne
    if
      i32.const 8
      global.set 0 (; error ;)
      unreachable
    end
    local.get 0
    local.get 1
    i64.div_s)
  (func (; i64_multiply ;) (type 2) (param i64 i64) (result i64)
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
  (func (; i64_add ;) (type 2) (param i64 i64) (result i64)
    (local i64)
    local.get 0
    local.get 1
    i64.add
    local.tee 2
    local.get 0
    i64.xor
    local.get 2
    local.get 1
    i64.xor
    i64.and
    i64.const 0
    i64.lt_s
    if
      i32.const 2
      global.set 0 (; error ;)
      unreachable
    end
    local.get 2))
