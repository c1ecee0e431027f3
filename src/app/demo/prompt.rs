//! The prompt of `demo --discord-only`: an operator types as a person of the local Discord and sees what they see.

use serde_json::Value;

use super::choose::{self, plain};
use super::posts::{self, Posts};
use super::show;
use crate::app::out::Out;
use crate::sandbox::{GuildSetup, LocalDiscord, Person, Reply, SandboxError};

const HELP: &str = "    /lock-status user:loic.berthoud   a command, with its options
    suggest /lock-status user ber     what Discord suggests for an option
    click LABEL                       a button of the last message
    choose 1, choose TEXT             an entry of a menu: its number, or how it begins
    fill TEXT                         the open form; several fields: TEXT | TEXT
    look                              the last message as it is now
    look #approvals                   the newest message of a channel, to click in
    as Lukas                          become another person
    at Segreteria                     go to another guild
    help, quit";

/// Whether the prompt goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// It does.
    Line,
    /// `quit` was typed.
    End,
}

/// Who types, where, and what they have before them.
pub(super) struct Prompt<'a> {
    discord: &'a LocalDiscord,
    guilds: &'a [GuildSetup],
    guild: &'a GuildSetup,
    person: Person,
    name: String,
    message: Option<Reply>,
    form: Option<Reply>,
    posts: Posts,
}

impl<'a> Prompt<'a> {
    /// Begins as the first person of the first guild.
    pub(super) fn new(
        discord: &'a LocalDiscord,
        guilds: &'a [GuildSetup],
    ) -> Result<Self, &'static str> {
        let found = guilds.iter().find_map(|guild| {
            let member = guild.members.first()?;
            let person = discord.member(guild.id, member.user_id).ok()?;
            Some((guild, person, member.name.clone()))
        });
        let (guild, person, name) = found.ok_or("the local Discord has nobody in it")?;
        Ok(Self {
            discord,
            guilds,
            guild,
            person,
            name,
            message: None,
            form: None,
            posts: Posts::default(),
        })
    }

    /// Who types.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Does what a line says and prints what the person sees; what cannot be done is one line.
    pub(super) async fn take(&mut self, line: &str, out: &mut Out) -> Next {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let done = match word {
            "" => Ok(()),
            "quit" | "exit" => return Next::End,
            "help" => {
                out.say(HELP);
                Ok(())
            }
            "as" => self.become_other(rest),
            "at" => self.go_to(rest),
            "suggest" => self.suggest(rest, out).await,
            "click" => self.click(rest, out).await,
            "choose" => self.choose(rest, out).await,
            "fill" => self.fill(rest, out).await,
            "look" => self.look(rest, out).await,
            _ if line.starts_with('/') => self.command(line, out).await,
            _ => Err(format!(
                "{word:?} is nothing to type here; `help` shows what is"
            )),
        };
        if let Err(why) = done {
            out.say(&format!("  not done: {why}"));
        }
        self.tell_posts(out);
        Next::Line
    }

    /// Prints what the channels have that was not printed yet; whether there was anything.
    pub(super) fn tell_posts(&mut self, out: &mut Out) -> bool {
        self.posts.tell(&self.person, &self.guild.channels, out)
    }

    fn become_other(&mut self, name: &str) -> Result<(), String> {
        let members = &self.guild.members;
        let Some(member) = members.iter().find(|m| same(&m.name, name)) else {
            let names: Vec<_> = members.iter().map(|m| m.name.as_str()).collect();
            return Err(format!(
                "there is no {name:?}; there are {}",
                names.join(", ")
            ));
        };
        self.person = self.member(self.guild, member.user_id)?;
        self.name.clone_from(&member.name);
        (self.message, self.form) = (None, None);
        Ok(())
    }

    fn go_to(&mut self, name: &str) -> Result<(), String> {
        let typed = name.to_lowercase();
        let fits = |guild: &&GuildSetup| {
            !typed.is_empty() && guild.name.to_lowercase().starts_with(&typed)
        };
        let Some(guild) = self.guilds.iter().find(fits) else {
            let names: Vec<_> = self.guilds.iter().map(|g| g.name.as_str()).collect();
            return Err(format!(
                "there is no guild {name:?}; there are {}",
                names.join(", ")
            ));
        };
        self.person = self.member(guild, self.person.user_id())?;
        self.guild = guild;
        (self.message, self.form) = (None, None);
        Ok(())
    }

    fn member(&self, guild: &GuildSetup, user: u64) -> Result<Person, String> {
        self.discord
            .member(guild.id, user)
            .map_err(|error| short(&error))
    }

    /// The option names of a command, those of its subcommands too.
    fn options_of(&self, line: &str) -> Result<Vec<String>, String> {
        let commands = self.discord.commands();
        if commands.is_empty() {
            return Err("no bot has registered commands yet; start one with the settings above (`deskhand run`)".to_owned());
        }
        let name = line.split_whitespace().next().unwrap_or_default();
        let name = name.trim_start_matches('/');
        let slash = |command: &&Value| command.get("type").is_none_or(|kind| kind == 1);
        let known: Vec<_> = commands.iter().filter(slash).filter_map(name_of).collect();
        let found = commands
            .iter()
            .find(|command| name_of(command) == Some(name));
        let Some(command) = found.filter(slash) else {
            return Err(format!(
                "there is no command /{name}; there are /{}",
                known.join(", /")
            ));
        };
        let mut names = Vec::new();
        collect(command, &mut names);
        Ok(names)
    }

    async fn command(&mut self, line: &str, out: &mut Out) -> Result<(), String> {
        let known = self.options_of(line)?;
        let (command, options) = options(line, &known);
        let options: Vec<_> = options
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let reply = self.person.types(&command, &options).await;
        self.see(reply, out)
    }

    async fn suggest(&mut self, line: &str, out: &mut Out) -> Result<(), String> {
        let known = self.options_of(line)?;
        let words: Vec<_> = line.split_whitespace().collect();
        let at = words
            .iter()
            .position(|word| known.iter().any(|name| name == word));
        let Some((command, [option, typed @ ..])) = at.and_then(|at| words.split_at_checked(at))
        else {
            return Err(format!("name one of its options: {}", known.join(", ")));
        };
        let choices = self
            .person
            .suggests(&command.join(" "), option, &typed.join(" "), &[])
            .await
            .map_err(|error| short(&error))?;
        if choices.is_empty() {
            out.say("    no suggestion");
        }
        for choice in choices {
            out.say(&format!("    {}  ({option}:{})", choice.name, choice.value));
        }
        Ok(())
    }

    async fn click(&mut self, label: &str, out: &mut Out) -> Result<(), String> {
        let message = self.message()?;
        let labels: Vec<_> = message.buttons().into_iter().map(|b| b.label).collect();
        let Some(label) = labels.iter().find(|found| same(found, label)) else {
            let labels = match labels.as_slice() {
                [] => "none".to_owned(),
                labels => labels.join(", "),
            };
            return Err(format!("there is no button {label:?}; there are {labels}"));
        };
        let reply = message.clicks(label).await;
        self.see(reply, out)
    }

    async fn choose(&mut self, value: &str, out: &mut Out) -> Result<(), String> {
        let message = self.message()?;
        let entries = choose::entries(message, &self.guild.members);
        let chosen = choose::pick(&entries, value).inspect_err(|_| choose::print(out, &entries))?;
        let (menu, value) = (chosen.menu.as_str(), chosen.value.as_str());
        let reply = message.selects_values(menu, &[value]).await;
        self.see(reply, out)
    }

    async fn fill(&mut self, text: &str, out: &mut Out) -> Result<(), String> {
        let form = self.form.as_ref().ok_or("no form is open")?;
        let inputs = form.modal().map(|modal| modal.inputs.as_slice());
        let inputs = inputs.unwrap_or_default();
        let texts: Vec<_> = text.split(" | ").map(str::trim).collect();
        if texts.len() > inputs.len() {
            return Err(format!(
                "the form has {} fields, not {}",
                inputs.len(),
                texts.len()
            ));
        }
        let fields: Vec<_> = inputs
            .iter()
            .zip(texts)
            .map(|(input, text)| (input.custom_id.as_str(), text))
            .collect();
        let reply = form.submits(&fields).await;
        self.see(reply, out)
    }

    async fn look(&mut self, channel: &str, out: &mut Out) -> Result<(), String> {
        if !channel.is_empty() {
            let reply = posts::newest(&self.person, &self.guild.channels, channel)?;
            return self.see(Ok(reply), out);
        }
        if self.form.is_some() {
            return Err(FORM_IS_OPEN.to_owned());
        }
        let message = self.message()?;
        let reply = message.latest().await;
        self.see(reply, out)
    }

    /// The message to act on, or what can be done without one.
    fn message(&self) -> Result<&Reply, String> {
        self.message.as_ref().ok_or_else(|| {
            if self.form.is_some() {
                return FORM_IS_OPEN.to_owned();
            }
            let channels = posts::names(&self.guild.channels);
            format!("there is no message yet; type a command first, or `look` at {channels}")
        })
    }

    /// Shows an answer and keeps it, to be used next.
    fn see(&mut self, reply: Result<Reply, SandboxError>, out: &mut Out) -> Result<(), String> {
        let reply = reply.map_err(|error| short(&error))?;
        if let Some(modal) = reply.modal() {
            show::form(out, &self.name, modal);
            self.form = Some(reply);
        } else if reply.is_gone() {
            out.say("    the message is gone");
            (self.message, self.form) = (None, None);
        } else {
            show::message(out, &self.name, &reply);
            choose::print(out, &choose::entries(&reply, &self.guild.members));
            self.posts.saw(&reply);
            (self.message, self.form) = (Some(reply), None);
        }
        Ok(())
    }
}

const FORM_IS_OPEN: &str = "a form is open: use `fill TEXT`";

/// Without the conversation that tests want to see.
fn short(error: &SandboxError) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn name_of(command: &Value) -> Option<&str> {
    command.get("name")?.as_str()
}

fn collect(of: &Value, names: &mut Vec<String>) {
    let options = of.get("options").and_then(Value::as_array);
    for option in options.into_iter().flatten() {
        // 1 and 2 are subcommands and their groups
        let is_option = option
            .get("type")
            .is_some_and(|kind| kind != 1 && kind != 2);
        if let Some(name) = name_of(option).filter(|_| is_option) {
            names.push(name.to_owned());
        }
        collect(option, names);
    }
}

/// The command with its subcommands, and its options: a known name and a colon begin one, all words up to the next
/// belong to it.
fn options(line: &str, known: &[String]) -> (String, Vec<(String, String)>) {
    let (mut command, mut options) = (Vec::new(), Vec::<(String, String)>::new());
    for word in line.split_whitespace() {
        let named = word.split_once(':');
        let named = named.filter(|(name, _)| known.iter().any(|known| known == name));
        match (named, options.last_mut()) {
            (Some((name, value)), _) => options.push((name.to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(word);
            }
            (None, None) => command.push(word),
        }
    }
    (command.join(" "), options)
}

#[cfg(test)]
mod tests {
    use super::options;

    /// What is typed, the command, the options.
    type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

    #[test]
    fn a_line_is_a_command_and_its_options() {
        let known = ["user", "reason"].map(str::to_owned);
        let cases: [Case<'_>; 5] = [
            ("/desk status", "/desk status", &[]),
            (
                "/lock-status user:a:17",
                "/lock-status",
                &[("user", "a:17")],
            ),
            (
                "/fix user:anna reason:called back: number known",
                "/fix",
                &[("user", "anna"), ("reason", "called back: number known")],
            ),
            ("/fix reason: two words", "/fix", &[("reason", "two words")]),
            ("/fix nobody:x", "/fix nobody:x", &[]),
        ];
        for (line, command, expected) in cases {
            let (found, given) = options(line, &known);
            let given: Vec<_> = given
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(
                (found.as_str(), given.as_slice()),
                (command, expected),
                "{line}"
            );
        }
    }
}
