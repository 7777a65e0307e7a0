//! A headless Chromium of our own: it knows nobody's profile, and asks nobody for anything.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use chromiumoxide::handler::HandlerConfig;
use chromiumoxide::{Browser, Page};
use futures::StreamExt as _;
use tempfile::TempDir;
use tokio::task::JoinHandle;

const PROGRAM: &str = "/usr/bin/chromium";

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
];

/// The longest that a page may be asked to wait for something: an expiry takes half a minute.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running Chromium with one page. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Chromium {
    page: Page,
    process: Process,
    _browser: Browser,
    events: JoinHandle<()>,
}

impl Chromium {
    /// Starts one, on an empty page.
    pub(crate) async fn begin() -> Self {
        let (process, socket) = Process::begin();
        let config = HandlerConfig { request_timeout: PATIENCE, viewport: None, ..HandlerConfig::default() };
        let (browser, mut handler) = Browser::connect_with_config(socket, config).await.expect("Chromium answers");
        // Its protocol grows faster than the crate: what cannot be read is not about what is tested here.
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.expect("a page");
        Self { page, process, _browser: browser, events }
    }

    /// Its page.
    pub(crate) const fn page(&self) -> &Page {
        &self.page
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.process.end();
        self.events.abort();
    }
}

/// The process, and the folder that goes after it.
#[derive(Debug)]
struct Process {
    child: Child,
    _profile: TempDir,
}

impl Process {
    /// Starts it; also gives the address of its debugging socket, which it says on its standard error.
    fn begin() -> (Self, String) {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut child = Command::new(PROGRAM)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{PROGRAM} does not start ({error}): apt-get install chromium"));
        let mut lines = BufReader::new(child.stderr.take().expect("its errors are piped")).lines();
        let socket = lines.find_map(|line| Some(line.ok()?.split_once("DevTools listening on ")?.1.trim().to_owned()));
        thread::spawn(move || lines.for_each(drop));
        let process = Self { child, _profile: profile };
        (process, socket.expect("Chromium says where it listens: does it start by hand?"))
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
