//! Rows of a table of Snowplow's enriched events, as warehouses export it, in the form of the analytics SDKs, which the translation
//! knows: cells that hold JSON are read, numbers are numbers, and empty cells are not there.

use warmlead::json;
use warmlead::value::{Object, Value};

/// The columns of a table.
pub struct Table {
    columns: Vec<String>,
}

impl Table {
    /// Reads the first line.
    pub fn new(line: &str) -> Result<Table, String> {
        let columns = cells(line)?;
        if !columns.iter().any(|column| column == "event_id") {
            let wanted = "the first line must name the columns, `event_id`, `event_name` and `derived_tstamp` among them";
            return Err(format!("neither JSON nor a table of events: {wanted}"));
        }
        Ok(Table { columns })
    }

    /// Reads a row.
    pub fn row(&self, line: &str) -> Result<Value, String> {
        let cells = cells(line)?;
        if cells.len() != self.columns.len() {
            return Err(format!("the row has {} cells, the first line {}", cells.len(), self.columns.len()));
        }
        let mut row = Object::new();
        for (column, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            row.insert(column.as_str(), value(column, cell).map_err(|why| format!("column `{column}`: {why}"))?);
        }
        Ok(Value::Object(row))
    }
}

/// What a cell holds.
fn value(column: &str, cell: String) -> Result<Value, String> {
    let json = column.starts_with("contexts_") || column.starts_with("unstruct_event_");
    let number = column == "se_value"
        || column.starts_with("pp_")
        || matches!(column, "tr_total" | "tr_tax" | "tr_shipping" | "ti_price" | "ti_quantity");
    match (json, number) {
        (true, _) => json::parse(&cell).map_err(|error| format!("it is no JSON: {}", error.message)),
        (false, true) => Ok(cell.parse().ok().filter(|number: &f64| number.is_finite()).map_or(Value::String(cell), Value::Number)),
        (false, false) => Ok(Value::String(cell)),
    }
}

fn cells(line: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(line.len().max(1)).from_reader(line.as_bytes());
    let row = reader.records().next().transpose().map_err(|error| format!("the row can't be read: {error}"))?;
    Ok(row.map(|row| row.iter().map(str::to_owned).collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_objects() {
        let table = Table::new("event_id,page_title,se_value,contexts_w_1,user_id\r").unwrap();
        let row = |line: &str| table.row(line).map(|row| json::print(&row));
        let cases = [
            (
                r#"e1,"a ""b"", c",2.5,"[{""id"":""p""}]","#,
                r#"{"event_id":"e1","page_title":"a \"b\", c","se_value":2.5,"contexts_w_1":[{"id":"p"}]}"#,
            ),
            ("e1,,high,,u\r", r#"{"event_id":"e1","se_value":"high","user_id":"u"}"#),
            ("e1,\"two\nlines\",NaN,,1", r#"{"event_id":"e1","page_title":"two\nlines","se_value":"NaN","user_id":"1"}"#),
        ];
        for (line, expected) in cases {
            assert_eq!(row(line).as_deref(), Ok(expected), "{line}");
        }
        assert_eq!(row("e1,,").unwrap_err(), "the row has 3 cells, the first line 5");
        assert_eq!(row("e1,,,[{,").unwrap_err(), "column `contexts_w_1`: it is no JSON: EOF while parsing an object");
        assert!(Table::new("a,b").is_err());
    }
}
