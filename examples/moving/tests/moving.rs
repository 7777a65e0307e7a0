//! The same program, the same conversation, wherever the engine is.
#![allow(clippy::expect_used)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use countersign_testkit::bird::BirdCloud;

const ASKS: &str = "A code is on its way. Enter it:";

struct Program {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Program {
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign-moving"))
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("text")
    }

    fn enter(&mut self, typed: &str) -> String {
        let input = self.child.stdin.as_mut().expect("its input is piped");
        writeln!(input, "{typed}").expect("it reads");
        self.line()
    }

    /// The conversation from the question on.
    fn converse(mut self, code: &str) {
        let first = if code.starts_with('9') { '0' } else { '9' };
        let wrong = format!("{first}{}", &code[1..]);
        assert_eq!(self.enter(""), "a code is needed: enter the digits of the message");
        assert_eq!(self.enter(&wrong), "wrong code, 2 left");
        assert_eq!(self.enter("1234567"), "enter all digits of the message");
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        assert_eq!(self.enter(&spaced), "welcome");
        assert!(self.child.wait().expect("it ends").success());
    }
}

#[test]
fn self_run_the_message_is_shown_and_its_code_lets_in() {
    let mut program = Program::start(&[], &[]);
    let message = program.line();
    let code = message.strip_prefix("[text message] ").and_then(|text| text.split(' ').next()).expect("a code");
    assert_eq!(program.line(), ASKS);
    program.converse(code);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosted_the_message_goes_by_bird_and_its_code_lets_in() {
    let bird = BirdCloud::start(1);
    let (channel, workspace) = (bird.add_channel("sms-messagebird", "Us").to_string(), bird.workspace().to_string());
    let environment = [
        ("BIRD_URL", bird.url()),
        ("BIRD_ACCESS_KEY", bird.access_key()),
        ("BIRD_WORKSPACE", &workspace),
        ("BIRD_CHANNEL", &channel),
    ];
    let mut program = Program::start(&["--hosted", "+31612345679"], &environment);
    assert_eq!(program.line(), ASKS);
    let messages = bird.wait_for(1).await;
    assert_eq!(messages[0].to(), "+31612345679");
    program.converse(messages[0].code().expect("a code"));
}
