//! What a process logs by `tracing`, at every level, kept as text: to look for what must not be in it.
//!
//! ```
//! use countersign_testkit::logs;
//!
//! logs::capture();
//! tracing::debug!(reference = 7, "handed over");
//! assert!(logs::text().contains("handed over reference=7"));
//! ```

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static LOG: Mutex<String> = Mutex::new(String::new());
static CAPTURE: Once = Once::new();

/// Keeps every event and every span's fields from now on, of all threads, at every level. Further calls do nothing.
///
/// # Panics
/// When the process has another global subscriber: what is captured must be all that is logged.
pub fn capture() {
    CAPTURE.call_once(|| {
        let capture = Capture { spans: AtomicU64::new(1) };
        tracing::subscriber::set_global_default(capture)
            .expect("a global tracing subscriber is set already: let countersign_testkit::logs be the only one");
    });
}

/// Returns what was logged since [`capture`], one line for each event and for each span that was made.
#[must_use]
pub fn text() -> String {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes into [`LOG`].
#[derive(Debug)]
struct Capture {
    spans: AtomicU64,
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let metadata = attributes.metadata();
        write_line(metadata, metadata.name(), |line| attributes.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        push(&line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write_line(event.metadata(), "", |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn write_line(metadata: &Metadata<'_>, name: &str, record: impl FnOnce(&mut Line)) {
    let mut line = Line(format!("{} {}: {name}", metadata.level(), metadata.target()));
    record(&mut line);
    push(&line.0);
}

fn push(line: &str) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    log.push_str(line);
    log.push('\n');
}

/// One line of the log, as far as it is written.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A `String` takes whatever is written.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
