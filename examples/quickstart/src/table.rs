use countersign::{StepIndex, StepStatus, Timestamp, Verification, VerificationStatus};

use crate::terminal::{Terminal, Tone};
use crate::text;

const HEADINGS: [&str; 5] = ["step", "platform", "to", "status", "messages"];

/// Shows where a verification and each of its steps stand.
pub(crate) fn show(terminal: Terminal, verification: &Verification, now: Timestamp) {
    let rows: Vec<_> = indices(verification).map(|index| row(verification, index)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].as_str()).chain([HEADINGS[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; HEADINGS.len()] = std::array::from_fn(width);
    let line = |mark: &str, cells: [&str; HEADINGS.len()]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>();
        format!("  {mark} {}", padded.join("  ")).trim_end().to_owned()
    };

    terminal.say(Tone::Plain, "");
    terminal.say(Tone::Quiet, &line(" ", HEADINGS));
    for (index, row) in indices(verification).zip(&rows) {
        let mark = if index == verification.current_step() { "▸" } else { " " };
        let tone = verification.step_status(index).map_or(Tone::Plain, tone_of_step);
        terminal.say(tone, &line(mark, row.each_ref().map(String::as_str)));
    }
    terminal.say(Tone::Plain, "");
    terminal.say(Tone::Plain, &summary(terminal, verification, now));
    terminal.say(Tone::Plain, "");
}

fn indices(verification: &Verification) -> impl Iterator<Item = StepIndex> {
    (0..).map(StepIndex::new).take(verification.steps().len())
}

fn row(verification: &Verification, index: StepIndex) -> [String; HEADINGS.len()] {
    let messages = verification.attempts().iter().enumerate().filter(|(_, attempt)| attempt.step() == index);
    let messages: Vec<_> = messages.map(|(number, attempt)| format!("#{number} {}", attempt.status())).collect();
    let step = verification.steps().get(usize::from(index.get()));
    [
        index.to_string(),
        step.map(|step| text::platform_name(step.platform()).to_owned()).unwrap_or_default(),
        verification.address_for_step(index).map(|address| address.to_masked()).unwrap_or_default(),
        verification.step_status(index).map(|status| status.to_string()).unwrap_or_default(),
        messages.join(", "),
    ]
}

fn summary(terminal: Terminal, verification: &Verification, now: Timestamp) -> String {
    let status = verification.status(now);
    let shown = terminal.paint(tone(status), status.as_str());
    if status.is_final() {
        return format!("  {shown}");
    }
    let checks = text::count(verification.remaining_checks(), "check", "checks");
    let left = text::countdown(verification.expires_at().saturating_duration_since(now));
    format!("  {shown} · {checks} left · {left} left")
}

fn tone(status: VerificationStatus) -> Tone {
    match status {
        VerificationStatus::Accepted | VerificationStatus::Pending => Tone::Notice,
        VerificationStatus::Verified => Tone::Good,
        VerificationStatus::Failed | VerificationStatus::Expired | VerificationStatus::Canceled => Tone::Bad,
    }
}

fn tone_of_step(status: StepStatus) -> Tone {
    match status {
        StepStatus::Unused => Tone::Quiet,
        StepStatus::Pending | StepStatus::Sent => Tone::Plain,
        StepStatus::Delivered | StepStatus::Verified => Tone::Good,
        StepStatus::Failed => Tone::Bad,
    }
}
