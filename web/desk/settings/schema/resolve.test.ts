import { describe, expect, it } from "vitest";
import type { Schema } from "../../../api/shapes";
import { initialObject, isSecret, resolve, titleOf } from "./resolve";

const root: Schema = {
  type: "object",
  required: ["smtp"],
  properties: {
    address: { type: "string", format: "email", title: "Address", title_id: "Alamat" },
    token: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }], default: null, title: "Token" },
    smtp: { $ref: "#/$defs/Server", title: "Outgoing" },
    imap: { anyOf: [{ $ref: "#/$defs/Server" }, { type: "null" }], default: null },
    origins: { type: "array", items: { type: "string" }, default: [] },
  },
  $defs: {
    Server: {
      type: "object",
      title: "Server",
      required: ["host"],
      properties: { host: { type: "string" }, port: { type: "integer", default: 587 }, security: { enum: ["starttls", "tls"] } },
    },
  },
};

describe("a channel's settings schema", () => {
  it("follows a reference and keeps the field's own title", () => {
    expect(resolve(root.properties!["smtp"]!, root)).toMatchObject({ type: "object", title: "Outgoing", nullable: false });
  });

  it("knows what may be left out, and secrets behind it", () => {
    expect(resolve(root.properties!["imap"]!, root)).toMatchObject({ type: "object", nullable: true });
    const token = resolve(root.properties!["token"]!, root);
    expect(isSecret(token)).toBe(true);
    expect(token.nullable).toBe(true);
  });

  it("speaks the reader's language, the other where there is none", () => {
    expect(titleOf(root.properties!["address"]!, "address", "id")).toBe("Alamat");
    expect(titleOf(root.properties!["smtp"]!, "smtp", "id")).toBe("Outgoing");
  });

  it("begins with the defaults, nested ones too", () => {
    expect(initialObject(root, root)).toEqual({
      token: null,
      smtp: { port: 587, security: "starttls" },
      imap: null,
      origins: [],
    });
  });
});
