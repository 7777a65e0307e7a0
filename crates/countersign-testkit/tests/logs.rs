//! Whatever is logged, anywhere in the process and however, is in the text.

use countersign_testkit::logs;
use tracing::field::Empty;

#[test]
fn events_spans_and_late_fields_of_all_threads_are_kept_at_every_level() {
    logs::capture();
    logs::capture();
    tracing::error!("an error");
    tracing::trace!(detail = "a word", number = 7, "a trace");
    let span = tracing::trace_span!("sending", reference = 4711, answer = Empty);
    let _entered = span.enter();
    span.record("answer", "a late answer");
    std::thread::spawn(|| tracing::debug!(target: "elsewhere", "on another thread")).join().expect("it logs");
    let text = logs::text();
    for expected in [
        "ERROR logs: an error\n",
        "TRACE logs: a trace detail=\"a word\" number=7\n",
        "TRACE logs: sending reference=4711\n",
        " answer=\"a late answer\"\n",
        "DEBUG elsewhere: on another thread\n",
    ] {
        assert!(text.contains(expected), "{expected:?} in {text}");
    }
}
