use std::time::Duration;

use countersign::{Platform, StepIndex, Verification};

/// What people call it.
pub(crate) fn platform_name(platform: &Platform) -> &str {
    match platform {
        Platform::Sms => "SMS",
        Platform::WhatsApp => "WhatsApp",
        Platform::Email => "Email",
        Platform::Custom(_) | _ => platform.name(),
    }
}

/// `SMS (step 1)`.
pub(crate) fn step_name(verification: &Verification, index: StepIndex) -> String {
    let step = verification.steps().get(usize::from(index.get()));
    step.map_or_else(|| format!("step {index}"), |step| format!("{} (step {index})", platform_name(step.platform())))
}

/// `9:58`.
pub(crate) fn countdown(time: Duration) -> String {
    let seconds = rounded_up(time);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `1 check`, `2 checks`.
pub(crate) fn count(number: u8, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A sentence with a capital letter and a full stop: errors of the library have neither.
pub(crate) fn sentence(error: &str) -> String {
    let mut chars = error.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if error.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// Cuts text into lines of at most so many characters, between words where it can; its own lines stay apart.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    text.trim_end().lines().flat_map(|line| wrapped_line(line, width)).collect()
}

fn wrapped_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let taken = lines.last().map_or(0, |line| line.chars().count());
        match lines.last_mut() {
            Some(line) if taken == 0 => line.push_str(word),
            Some(line) if taken + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn rounded_up(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
