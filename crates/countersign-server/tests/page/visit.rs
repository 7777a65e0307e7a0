//! A person at the page: what they read, press and type.

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::SetDeviceMetricsOverrideParams;
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use serde::de::DeserializeOwned;

use crate::chromium::Chromium;
use crate::server::Server;
use crate::watch::Watch;

/// One server, one Chromium, one page that is open and connected.
#[derive(Debug)]
pub(crate) struct Visit {
    chromium: Chromium,
    watch: Watch,
    server: Option<Server>,
    url: String,
}

impl Visit {
    /// Opens the page on a screen of that size.
    pub(crate) async fn begin(width: u32, height: u32) -> Self {
        let server = Server::begin();
        let url = server.url();
        let chromium = Chromium::begin().await;
        let watch = Watch::begin(chromium.page()).await.expect("Chromium tells what happens");
        let visit = Self { chromium, watch, server: Some(server), url };
        let screen = SetDeviceMetricsOverrideParams::new(width, height, 1.0, false);
        visit.page().execute(screen).await.expect("a screen of that size");
        visit.page().goto(visit.url.as_str()).await.expect("the page");
        visit.connected().await;
        visit
    }

    /// Asserts what holds in every visit: nothing in the console but so many answers that were no success, and no request
    /// to anywhere but the server.
    pub(crate) async fn end(mut self, refusals: usize) {
        let title: String = self.read("document.title").await;
        assert_eq!(title, "Countersign development server");
        let requests = self.watch.requests();
        let ours = format!("{}dev/setup", self.url);
        assert!(requests.contains(&ours), "the watch is blind: {requests:?}");
        let others: Vec<_> = requests.iter().filter(|url| !url.starts_with(&self.url) && *url != "data:,").collect();
        assert!(others.is_empty(), "asked others: {others:?}");
        let (said, refused) = self.watch.complaints();
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(refused.len(), refusals, "{refused:?}");
    }

    pub(crate) fn page(&self) -> &Page {
        self.chromium.page()
    }

    /// Waits until the page has reached its server.
    pub(crate) async fn connected(&self) {
        self.until("document.querySelector('#link')?.dataset.state === 'reached'").await;
        self.until("document.querySelectorAll('#plan li').length > 0").await;
    }

    /// Ends the server; what is given starts it again where it was.
    pub(crate) fn stop_server(&mut self) -> impl FnOnce(&mut Self) + use<> {
        let stopped = self.server.take().map(|server| server.address());
        move |visit| visit.server = stopped.map(Server::at)
    }

    /// What an expression is in the page.
    pub(crate) async fn read<T: DeserializeOwned>(&self, expression: &str) -> T {
        let mut asked = EvaluateParams::new(expression);
        asked.await_promise = Some(true);
        asked.return_by_value = Some(true);
        // As if a person had just pressed something: the clipboard asks for that.
        asked.user_gesture = Some(true);
        let answer = self.page().evaluate_expression(asked).await;
        let value = answer.unwrap_or_else(|error| panic!("{expression}\n{error}"));
        value.into_value().unwrap_or_else(|error| panic!("{expression}\n{error}"))
    }

    /// Runs a statement in the page.
    pub(crate) async fn run(&self, statement: &str) {
        let ran: bool = self.read(&format!("(() => {{ {statement}; return true; }})()")).await;
        assert!(ran);
    }

    /// Waits until the expression is true: ten seconds at most.
    pub(crate) async fn until(&self, expression: &str) {
        self.until_within(10, expression).await;
    }

    /// Waits until the expression is true, for so many seconds at most.
    pub(crate) async fn until_within(&self, seconds: u32, expression: &str) {
        let held: bool = self
            .read(&format!(
                "new Promise((done) => {{
                    const end = performance.now() + {seconds} * 1000;
                    const look = () => {{
                        if ({expression}) done(true);
                        else if (performance.now() > end) done(false);
                        else setTimeout(look, 20);
                    }};
                    look();
                }})"
            ))
            .await;
        if !held {
            let seen: String = self.read("document.body.innerText").await;
            panic!("never in {seconds} s: {expression}\n{seen}");
        }
    }

    /// The text of the first element that is selected, without what is around it.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.read(&format!("document.querySelector({selector:?}).textContent.trim()")).await
    }

    /// Waits until there is such an element, and has that text.
    pub(crate) async fn says(&self, selector: &str, text: &str) {
        self.until(&format!("document.querySelector({selector:?})?.textContent.trim() === {text:?}")).await;
    }

    /// Waits until the focus is there.
    pub(crate) async fn focused(&self, selector: &str) {
        self.until(&format!("document.activeElement?.matches({selector:?})")).await;
    }

    /// Presses with the mouse.
    pub(crate) async fn click(&self, selector: &str) {
        self.until(&format!("document.querySelector({selector:?})?.checkVisibility()")).await;
        let element = self.page().find_element(selector).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses Tab until the focus is there.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..60 {
            self.press("Tab").await;
            if self.read(&format!("document.activeElement.matches({selector:?})")).await {
                return;
            }
        }
        panic!("no Tab leads to {selector}");
    }

    /// Puts text into a field in place of what is in it.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.run(&format!("document.querySelector({selector:?}).select()")).await;
        self.type_text(text).await;
        let typed: String = self.read(&format!("document.querySelector({selector:?}).value")).await;
        assert_eq!(typed, text);
    }
}
