use std::process::Command;

use crate::process::{Server, text};

#[test]
fn every_line_that_it_prints_for_a_shell_runs_as_it_stands() {
    let server = Server::dev();
    let printed = server.wait_for_print("Ctrl+C");
    let first = printed.lines().next().expect("a line");
    assert!(first.contains(&format!("http://{}", server.address())), "{first}");
    let lines: Vec<_> = printed.lines().filter(|line| line.contains("curl ")).collect();
    assert_eq!(lines.len(), 6, "{printed}");

    let ran = Command::new("bash").arg("-euo").arg("pipefail").arg("-c").arg(lines.join("\n")).output();
    let ran = ran.expect("these tests need bash and curl");
    let answers = text(&ran.stdout);
    assert!(ran.status.success(), "{answers}\n{}", text(&ran.stderr));
    assert_eq!(text(&ran.stderr), "", "curl complains about nothing");
    let answers: Vec<_> = answers.lines().collect();
    let [id, outbox, failed, checked, got, listed] = answers[..] else { panic!("a line each: {answers:#?}") };
    assert_eq!(id.len(), 36, "{id}");
    assert!(outbox.contains(r#""platform":"whatsapp""#), "{outbox}");
    assert!(failed.contains(r#""status":"failed""#), "{failed}");
    assert!(checked.contains(id) && checked.contains(r#""status":"verified""#), "{checked}");
    assert_eq!(got, checked);
    assert!(listed.contains(id), "{listed}");
}

#[test]
fn what_it_prints_names_the_page_the_workspace_and_the_key() {
    let server = Server::dev();
    let setup = server.client().get("/dev/setup").expect(200);
    let printed = server.wait_for_print("Ctrl+C");
    for said in [&setup["workspaceId"], &setup["accessKey"]] {
        assert!(printed.contains(said.as_str().expect("a text")), "{printed}");
    }
    assert!(printed.contains(&format!("http://{}/\n", server.address())), "{printed}");
}
