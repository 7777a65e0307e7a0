/// The draws on budgets that a write carries.
///
/// There are no budgets yet, so every value is [`NONE`](Self::NONE). A store passes over it until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Draws {}

impl Draws {
    /// No draw on any budget.
    pub const NONE: Self = Self {};
}
