(module
  (type (func (result i64)))
  (type (func (param i64) (result i64)))
  (type (func))
  (type (func (param i64 i64) (result i64)))
  (global (; error ;) (mut i32) (i32.const 0))
  (global (; fuel ;) (mut i32) (i32.const 100000000))
  (global (; depth ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i64)
    i64.const 5
    call 1 (; line.fact ;))
  (func (; line.fact ;) (type 1) (param i64) (result i64)
    call 2 (; enter ;)
    local.get 0
    i64.const 2
    i64.lt_s
    if (result i64)
      i64.const 1
    else
      local.get 0
      local.get 0
      i64.const 1
      i64.sub
      call 1 (; line.fact ;)
      call 3 (; i64_multiply ;)
    end
    call 4 (; leave ;))
  (func (; enter ;) (type 2)
    call 5 (; burn ;)
    global.get 2 (; depth ;)
    i32.const 1000
    i32.ge_u
    if
      i32.const 5
      global.set 0 (; error ;)
      unreachable
    end
    global.get 2 (; depth ;)
    i32.const 1
    i32.add
    global.set 2 (; depth ;))
  (func (; i64_multiply ;) (type 3) (param i64 i64) (result i64)
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
  (func (; leave ;) (type 2)
    global.get 2 (; depth ;)
    i32.const 1
    i32.sub
    global.set 2 (; depth ;))
  (func (; burn ;) (type 2)
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
    global.set 1 (; fuel ;)))
