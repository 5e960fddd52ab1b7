//! Reads and writes cookies with the `cookie` crate on behalf of interop.test.ts. One request a line, fields apart by
//! spaces, text and bytes in hexadecimal after a dot (so that an empty one is still a field). One answer a line.
//!
//!   write JAR HOW KEY NAME VALUE  ->  .TEXT .LINE     the jar's text, and the cookie as `.encoded()` writes it
//!   read  JAR HOW KEY NAME TEXT   ->  .VALUE or -     the text taken as it is
//!   parse JAR HOW KEY LINE        ->  .NAME .VALUE or -     a line taken by `parse_encoded`
//!
//! JAR: private, signed. HOW: from, derive.

use cookie::{Cookie, CookieJar, Key};
use std::io::{BufRead, BufWriter, Write};

fn bytes(field: &str) -> Vec<u8> {
    let digits = field.strip_prefix('.').expect("a field begins with a dot");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal")).collect()
}

fn text(field: &str) -> String {
    String::from_utf8(bytes(field)).expect("UTF-8")
}

fn hex(text: &str) -> String {
    let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!(".{digits}")
}

fn key(how: &str, material: &[u8]) -> Key {
    if how == "derive" { Key::derive_from(material) } else { Key::from(material) }
}

fn open(jar_name: &str, key: &Key, cookie: Cookie<'static>) -> Option<String> {
    let name = cookie.name().to_string();
    let mut jar = CookieJar::new();
    jar.add(cookie);
    let opened = if jar_name == "private" { jar.private(key).get(&name) } else { jar.signed(key).get(&name) };
    opened.map(|cookie| cookie.value().to_string())
}

fn answer(line: &str) -> String {
    let fields: Vec<&str> = line.split(' ').collect();
    let jar_name = fields[1];
    let key = key(fields[2], &bytes(fields[3]));
    match fields[0] {
        "write" => {
            let name = text(fields[4]);
            let cookie = Cookie::new(name.clone(), text(fields[5]));
            let mut jar = CookieJar::new();
            if jar_name == "private" { jar.private_mut(&key).add(cookie) } else { jar.signed_mut(&key).add(cookie) }
            let written = jar.get(&name).expect("just added");
            format!("{} {}", hex(written.value()), hex(&written.encoded().stripped().to_string()))
        }
        "read" => match open(jar_name, &key, Cookie::new(text(fields[4]), text(fields[5]))) {
            Some(value) => hex(&value),
            None => "-".to_string(),
        },
        "parse" => match Cookie::parse_encoded(text(fields[4])) {
            Ok(cookie) => {
                let name = cookie.name().to_string();
                open(jar_name, &key, cookie).map_or("-".to_string(), |value| format!("{} {}", hex(&name), hex(&value)))
            }
            Err(_) => "-".to_string(),
        },
        other => panic!("no such request: {other}"),
    }
}

fn main() {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&line.expect("a line"))).expect("stdout");
    }
}
