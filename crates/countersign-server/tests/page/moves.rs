//! The moves that most visits make.

use crate::visit::Visit;

/// The button of the newest message: `Deliver`, `Fail` or `Use code`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Carrier {
    Deliver,
    Fail,
    UseCode,
}

impl Visit {
    /// Starts a verification as the form is, and waits for its first message.
    pub(crate) async fn start(&self) {
        self.click("#start-button").await;
        self.begun().await;
    }

    /// Waits for the first message of a verification that was started, and for the code to be asked for.
    pub(crate) async fn begun(&self) {
        self.says("#status", "Pending").await;
        self.messages(1).await;
        self.focused("#code").await;
    }

    /// Waits until the phone has so many messages.
    pub(crate) async fn messages(&self, count: usize) {
        self.until(&format!("document.querySelectorAll('#messages > li').length === {count}")).await;
    }

    /// The code in the newest message, as a person reads it on the phone.
    pub(crate) async fn code(&self) -> String {
        let code = self.text("#messages > li:last-child .text b").await;
        assert_eq!(code.len(), 6, "{code}");
        assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        code
    }

    /// A code of the right length that is not the right one.
    pub(crate) async fn wrong_code(&self) -> String {
        let code = self.code().await;
        let (kept, last) = code.split_at(5);
        format!("{kept}{}", if last == "0" { "1" } else { "0" })
    }

    /// Enters a code with keyboard and mouse.
    pub(crate) async fn check(&self, code: &str) {
        self.fill("#code", code).await;
        self.click("#check-button").await;
    }

    /// Presses a button of the newest message.
    pub(crate) async fn play(&self, carrier: Carrier) {
        let button = match carrier {
            Carrier::Deliver => 1,
            Carrier::Fail => 2,
            Carrier::UseCode => 3,
        };
        self.click(&format!("#messages > li:last-child .carrier button:nth-child({button})")).await;
    }

    /// Waits until the verification has that state, in words and in the drawing.
    pub(crate) async fn ends_as(&self, status: &str, word: &str) {
        self.says("#status", word).await;
        self.says("#diagram [aria-current]", status).await;
        self.says("#recent [aria-current] .word", status).await;
    }

    /// Waits until a step, counted from 1, has that status; also its latest attempt.
    pub(crate) async fn step(&self, step: usize, status: &str, attempt: &str) {
        self.says(&format!("#steps > li:nth-child({step}) > .head > .word"), status).await;
        self.says(&format!("#steps > li:nth-child({step}) .attempts > li:last-child .word"), attempt).await;
    }
}
