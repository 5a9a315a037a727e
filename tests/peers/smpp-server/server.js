// A message centre played by node-smpp, steered by lines of JSON on stdin; what happens is told on stdout.
//   {"do": "deliver", "pdu": {…}}       a message or receipt to the bound client
//   {"do": "answers", "list": [{…}]}    how the next submits are answered: status, message_id, after (ms), silent
//   {"do": "drop"}                      cut every line
//   {"do": "deaf"}                      answer no enquire_link any more; {"do": "enquire"}: send one
"use strict";
const smpp = require("smpp");
const readline = require("node:readline");

const sessions = new Set();
let answers = [];
let count = 0;
let deaf = false;
const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");

const text = (pdu) => {
  const content = pdu.short_message || {};
  return { text: content.message ? content.message.toString("utf8") : "", udh: content.udh ? content.udh.map((e) => Buffer.from(e).toString("hex")) : [] };
};

const server = smpp.createServer({}, (session) => {
  session.on("error", () => {});
  session.on("close", () => sessions.delete(session));
  const bind = (kind) => (pdu) => {
    const wrong = pdu.system_id !== "ccuji" ? smpp.ESME_RINVSYSID : pdu.password !== "rahasia" ? smpp.ESME_RINVPASWD : 0;
    tell({ event: "bind", kind, system_id: pdu.system_id, version: pdu.interface_version, status: wrong });
    if (!wrong && kind !== "transmitter") sessions.add(session);
    session.send(pdu.response({ command_status: wrong, system_id: "PUSAT" }));
  };
  session.on("bind_transceiver", bind("transceiver"));
  session.on("bind_transmitter", bind("transmitter"));
  session.on("unbind", (pdu) => { tell({ event: "unbind" }); session.send(pdu.response()); session.close(); });
  session.on("enquire_link", (pdu) => { tell({ event: "asked" }); if (!deaf) session.send(pdu.response()); });
  session.on("submit_sm", (pdu) => {
    count += 1;
    const how = answers.shift() || {};
    tell({
      event: "submit", n: count, ...text(pdu), coding: pdu.data_coding, esm_class: pdu.esm_class,
      source: pdu.source_addr, source_ton: pdu.source_addr_ton, source_npi: pdu.source_addr_npi,
      to: pdu.destination_addr, to_ton: pdu.dest_addr_ton, receipt: pdu.registered_delivery,
    });
    if (how.first) session.send(new smpp.PDU("deliver_sm", how.first), () => {});
    if (how.drop) return session.socket.destroy();
    if (how.silent) return;
    const answer = () => session.send(pdu.response({ command_status: how.status || 0, message_id: how.status ? "" : how.message_id || `m${count}` }));
    how.after ? setTimeout(answer, how.after) : answer();
  });
  session.on("deliver_sm_resp", () => {});
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line);
  if (told.do === "answers") answers = told.list;
  if (told.do === "deaf") deaf = true;
  if (told.do === "drop") for (const session of sessions) session.socket.destroy();
  if (told.do === "enquire") for (const session of sessions) session.enquire_link({}, () => tell({ event: "alive" }));
  if (told.do === "deliver") {
    const fields = { ...told.pdu };
    if (fields.hex) fields.short_message = Buffer.from(fields.hex, "hex");
    delete fields.hex;
    for (const session of sessions)
      session.deliver_sm(fields, (answer) => tell({ event: "delivered", status: answer.command_status, tag: told.tag || "" }));
  }
});
process.stdin.on("end", () => process.exit(0));
server.listen(Number(process.argv[2] || 0), "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));
