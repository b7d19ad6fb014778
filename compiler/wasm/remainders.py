"""The remainder in single precision, exact before it is rounded: a quotient in f64 would not hold its last digits."""

from __future__ import annotations

from irmill.compiler.wasm.runtime import Helper
from irmill.compiler.wasm.words import read_words

_REMAINDER = """
# Twice, four times, ... the divisor is taken away, each time exactly; what is left of the floor has the divisor's sign.
f32_modulo: left:f32 right:f32 -> f32, rest:f64 divisor:f64 part:f64
right f32.const:0 f32.eq if fail:DIV_BY_ZERO end
left f64.promote_f32 f64.abs >rest right f64.promote_f32 f64.abs =divisor >part
loop part part f64.add rest f64.le if part part f64.add >part br:1 end end
loop
rest part f64.ge if rest part f64.sub >rest end
part 0.5 f64.mul =part divisor f64.ge br_if:0
end
left f32.const:0 f32.lt if rest f64.neg >rest end
rest 0.0 f64.ne left f32.const:0 f32.lt right f32.const:0 f32.lt i32.ne i32.and
if rest right f64.promote_f32 f64.add >rest end
rest f32.demote_f64 $f32_in_range
"""


def remainder_helpers() -> dict[str, Helper]:
    """The function, by name."""
    return read_words(_REMAINDER)
