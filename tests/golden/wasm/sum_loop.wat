(module
  (type (func (result i32)))
  (type (func))
  (global (; error ;) (mut i32) (i32.const 0))
  (global (; fuel ;) (mut i32) (i32.const 100000000))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i32)
    (local i32 i32)
    i32.const 0
    local.set 0
    i32.const 1
    local.set 1
    local.get 1
    i32.const 100
    i32.le_s
    if
      loop
        call 1 (; burn ;)
        local.get 0
        local.get 1
        i32.add
        local.set 0
        local.get 1
        i32.const 1
        i32.add
        local.tee 1
        i32.const 100
        i32.le_s
        br_if 0
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
