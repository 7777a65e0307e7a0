use countersign::{Event, Observer, Verification};

use crate::terminal::{Terminal, Tone};
use crate::text;

/// Says in the terminal what the engine does by itself. One of your own might count it, or write an audit log.
#[derive(Debug)]
pub(crate) struct Narrator {
    terminal: Terminal,
}

impl Narrator {
    pub(crate) const fn new(terminal: Terminal) -> Self {
        Self { terminal }
    }
}

impl Observer for Narrator {
    fn observe(&self, event: &Event, verification: &Verification) {
        match event {
            Event::Delivered { attempt } => self.terminal.say(Tone::Good, &format!("✓ Message #{attempt} arrived.")),
            Event::Undelivered { attempt, cause } => {
                let cause = cause.as_str();
                self.terminal.say(Tone::Bad, &format!("✗ Message #{attempt} failed: {cause}."));
            }
            Event::FailedOver { from, to, automatic } => {
                let from = text::step_name(verification, *from);
                let to = text::step_name(verification, *to);
                let how = if *automatic { "Failed over by itself" } else { "Failed over, as you asked," };
                self.terminal.say(Tone::Notice, &format!("↪ {how} from {from} to {to}."));
            }
            // The bubble, the answer to a code and the last line of the session say the rest. More may be added to the
            // enum one day, hence the `_`.
            Event::Created
            | Event::Sent { .. }
            | Event::Checked { .. }
            | Event::Verified { .. }
            | Event::Failed
            | Event::Expired
            | Event::Canceled
            | _ => {}
        }
    }
}
