use std::collections::BTreeMap;

use super::{Channel, Directory, InvalidDirectory, Navigator};
use crate::address::Recipient;
use crate::engine::RequestedStep;
use crate::error::InvalidRequest;
use crate::id::{ChannelId, NavigatorId};
use crate::plan::{Plan, Route, Step};
use crate::template::Template;

/// A directory that was looked through: every id is there once, and leads somewhere.
#[derive(Debug)]
pub(crate) struct Routes {
    channels: BTreeMap<ChannelId, Channel>,
    navigators: BTreeMap<NavigatorId, Navigator>,
}

impl TryFrom<Directory> for Routes {
    type Error = InvalidDirectory;

    fn try_from(directory: Directory) -> Result<Self, InvalidDirectory> {
        directory.check()?;
        Ok(Self {
            channels: directory.channels.into_iter().collect(),
            navigators: directory.navigators.into_iter().collect(),
        })
    }
}

impl Routes {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.navigators.is_empty()
    }

    /// What carries the messages of a step.
    pub(crate) fn carrier(&self, step: &Step) -> Option<&Channel> {
        match step.sends_by() {
            Route::Channel(id) => self.channels.get(&id),
            Route::Navigator(id) => self.navigators.get(&id).and_then(Navigator::providers),
        }
    }

    /// Turns requested steps into a plan: navigators choose, and every fault of every step is told at once.
    pub(crate) fn plan(&self, requested: Vec<RequestedStep>, recipient: &Recipient) -> Result<Plan, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let mut steps = Vec::with_capacity(requested.len());
        for (index, RequestedStep { route, template }) in requested.into_iter().enumerate() {
            match self.choose(route, template.as_ref(), recipient) {
                Ok((channel, chosen)) => steps.push(step(route, channel, chosen, template)),
                Err((field, sentence)) => faults.add(format!(".steps[{index}].{field}"), sentence),
            }
        }
        faults.or(())?;
        Plan::new(steps, recipient)
    }

    /// The channel of a route, and its id if a navigator of ours chose it.
    fn choose(
        &self,
        route: Route,
        template: Option<&Template>,
        recipient: &Recipient,
    ) -> Result<(&Channel, Option<ChannelId>), (&'static str, &'static str)> {
        const NO_CHANNEL: (&str, &str) = ("channelId", "no such channel: name one that is configured");
        const NO_NAVIGATOR: (&str, &str) = ("navigatorId", "no such navigator: name one that is configured");
        const NO_CHOICE: (&str, &str) = (
            "navigatorId",
            "none of its channels serves this recipient: give the address or the template it needs, or drop the step",
        );
        let navigator = match route {
            Route::Channel(id) => return self.channels.get(&id).map(|channel| (channel, None)).ok_or(NO_CHANNEL),
            Route::Navigator(id) => self.navigators.get(&id).ok_or(NO_NAVIGATOR)?,
        };
        if let Some(channel) = navigator.providers() {
            return Ok((channel, None));
        }
        let choices = navigator.choices().unwrap_or_default().iter();
        let mut known = choices.filter_map(|choice| Some((choice, self.channels.get(&choice.channel)?)));
        known
            .find(|(choice, channel)| choice.serves(channel, template, recipient))
            .map(|(choice, channel)| (channel, Some(choice.channel)))
            .ok_or(NO_CHOICE)
    }
}

fn step(route: Route, channel: &Channel, chosen: Option<ChannelId>, template: Option<Template>) -> Step {
    let mut step = Step::new(route, channel.platform().clone());
    if let Some(chosen) = chosen {
        step = step.with_channel(chosen);
    }
    if let Some(template) = template.or_else(|| channel.template.clone()) {
        step = step.with_template(template);
    }
    if let Some(timeout) = channel.delivery_timeout {
        step = step.with_delivery_timeout(timeout);
    }
    step
}
