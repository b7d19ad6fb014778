(module
  (type (func (result i32)))
  (type (func (param i32) (result i32)))
  (type (func (param i32 i64) (result i32)))
  (memory 1 2050)
  (global (; error ;) (mut i32) (i32.const 0))
  (global (; heap ;) (mut i32) (i32.const 8))
  (global (; cells ;) (mut i32) (i32.const 0))
  (export "compute" (func 0))
  (export "error" (global 0))
  (func (; compute ;) (type 0) (result i32)
    (local i32 i32)
    i32.const 3
    call 1 (; allocate ;)
    local.set 0
    local.get 0
    i32.const 3
    i32.store offset=8
    local.get 0
    i32.const 9
    i32.store offset=16
    local.get 0
    i32.const 2
    i32.store offset=24
    local.get 0
    local.set 1
    local.get 1
    i32.const 1
    i64.extend_i32_s
    call 2 (; element ;)
    i32.const 5
    i32.store offset=8
    local.get 1
    i32.const 0
    i64.extend_i32_s
    call 2 (; element ;)
    i32.load offset=8
    local.get 1
    i32.const 1
    i64.extend_i32_s
    call 2 (; element ;)
    i32.load offset=8
    i32.add)
  (func (; allocate ;) (type 1) (param i32) (result i32)
    (local i32 i32)
    local.get 0
    i32.eqz
    if
      i32.const 0
      return
    end
    global.get 2 (; cells ;)
    local.get 0
    i32.add
    local.tee 2
    i32.const 8388608
    i32.gt_u
    if
      i32.const 6
      global.set 0 (; error ;)
      unreachable
    end
    local.get 2
    global.set 2 (; cells ;)
    global.get 1 (; heap ;)
    local.tee 1
    local.get 0
    i32.const 8
    i32.mul
    i32.add
    i32.const 8
    i32.add
    local.tee 2
    global.set 1 (; heap ;)
    local.get 2
    i32.const 65535
    i32.add
    i32.const 16
    i32.shr_u
    memory.size
    i32.sub
    local.tee 2
    i32.const 0
    i32.gt_s
    if
      local.get 2
      memory.grow
      i32.const -1
      i32.eq
      if
        i32.const 6
        global.set 0 (; error ;)
        unreachable
      end
    end
    local.get 1
    local.get 0
    i32.store
    local.get 1)
  (func (; element ;) (type 2) (param i32 i64) (result i32)
    local.get 1
    local.get 0
    i32.load
    i64.extend_i32_u
    i64.ge_u
    if
      i32.const 3
      global.set 0 (; error ;)
      unreachable
    end
    local.get 0
    local.get 1
    i32.wrap_i64
    i32.const 8
    i32.mul
    i32.add))
