//! Reading a scoring model for the command line: from a file, standard input or by the name of one that ships. What is right and wrong
//! in a model is the core's to say.

use super::json_file::{self, Refused, read_file};
use super::{Exit, Failure, called};
use warmlead::model::{MAX_MODEL_BYTES, Model};
use warmlead::problem::did_you_mean;
use warmlead::value::Value;

/// The largest model file, in bytes: more than a model may have, because the space between does not count there.
pub const MAX_FILE_BYTES: usize = 4 * MAX_MODEL_BYTES;

/// A model that is fit for use.
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// Its JSON text, as written.
    pub text: String,
    /// What the text says.
    pub value: Value,
}

/// Reads a model from the bytes of a file.
pub fn read(bytes: Vec<u8>) -> Result<Loaded, Refused> {
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has more than {MAX_FILE_BYTES} bytes; a model may have {MAX_MODEL_BYTES}, space not counted");
        return Err(Refused::whole("MODEL_TOO_LARGE", message));
    }
    let (text, value) = json_file::read(bytes)?;
    match Model::load(&value) {
        Ok(model) => Ok(Loaded { model, text, value }),
        Err(problems) => Err(Refused::new(text, problems)),
    }
}

/// Loads the model that `--model` names: one that ships, else a file. Says all that is wrong with it on standard error.
pub fn load(name: &str) -> Result<Loaded, Failure> {
    read(bytes(name)?).map_err(|refused| {
        let name = called(name);
        let count = refused.findings.len();
        // If standard error can't be written to, there is no one left to tell.
        _ = refused.explain(name, &mut anstream::stderr());
        let problems = if count == 1 { "a problem" } else { "problems" };
        Failure::new(Exit::Data, format_args!("the scoring model `{name}` has {problems}, see above"))
    })
}

/// The bytes of the model of this name: one that ships, else a file.
pub fn bytes(name: &str) -> Result<Vec<u8>, Failure> {
    match warmlead::models::by_name(name) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => read_file(name, MAX_FILE_BYTES + 1).map_err(|failure| suggest(name, failure)),
    }
}

fn suggest(name: &str, failure: Failure) -> Failure {
    if name == "-" || name.contains(['/', '\\', '.']) {
        return failure;
    }
    let names = warmlead::models::names;
    let hint = did_you_mean(name, names()).unwrap_or_else(|| format!("those that do: {}", names().collect::<Vec<_>>().join(", ")));
    Failure { message: format!("{}; no model of that name ships either ({hint})", failure.message), ..failure }
}
