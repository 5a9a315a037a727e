/** What the server answers instead of a result: RFC 9457 `application/problem+json`. */
export interface FieldError {
  /** JSON pointer into the request's body, e.g. `/config/access_token`. */
  pointer: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when the server could not be reached. */
    readonly status: number,
    readonly title: string,
    readonly detail: string = "",
    readonly errors: FieldError[] = [],
    readonly type: string = "about:blank",
    /** Seconds to wait before another try, where the server says so. */
    readonly retryAfter?: number,
  ) {
    super(detail || title);
    this.name = "Problem";
  }

  static async from(response: Response): Promise<Problem> {
    const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
    const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
    return new Problem(
      response.status,
      body.title ?? response.statusText,
      typeof body.detail === "string" ? body.detail : "",
      Array.isArray(body.errors) ? body.errors : [],
      body.type,
      retryAfter,
    );
  }
}
