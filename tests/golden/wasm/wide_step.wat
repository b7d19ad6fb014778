(module
  (type (func (result i64)))
  (type (func))
  (global (; error ;) (mut i32) (i32.const 0))
  (global (; fuel ;) (mut i32) (i32.const 100000000))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i64)
    (local i64 i64)
    i64.const 0
    local.set 0
    i64.const 9223372036854775000
    local.set 1
    local.get 1
    i64.const 9223372036854775807
    i64.le_s
    if
      loop
        call 1 (; burn ;)
        local.get 0
        i64.const 1
        i64.add
        local.set 0
        i64.const 9223372036854775807
        local.get 1
        i64.sub
        i64.const 500
        i64.ge_u
        if
          local.get 1
          i64.const 500
          i64.add
          local.set 1
          br 1
        end
      end
    end
    local.get 0)
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
    global.set 1 (; fuel ;)))
