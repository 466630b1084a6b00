namespace TypedEvents.Cli.Tests;

/// <summary>A plan with everything that a plan can have.</summary>
internal static class Samples
{
    public static readonly TrackingPlan Plan = Plans.Of("""
        {
          "page_viewed": { "properties": {} },
          "trial_started": {
            "description": "A customer began a trial, with \"quotes\", <b>HTML</b>\nand a second line.",
            "owner": "@acme/growth",
            "tags": ["billing", "trial"],
            "type": "Acme.Billing.TrialStarted",
            "assembly": "Acme.Billing",
            "deprecated": "Use trial_begun.",
            "replacedBy": "trial_begun",
            "properties": {
              "accepted": { "type": "string", "format": "boolean-string", "required": true },
              "amount": { "type": "number", "exclusiveMin": 0, "max": 99.5, "description": "In euro | gross." },
              "company": { "type": "string", "required": true, "minLength": 3, "maxLength": 50, "sensitivity": "personal" },
              "coupon": { "type": "string", "pattern": "\\w+", "deprecated": "", "replacedBy": "voucher" },
              "interests": { "type": "string[]", "values": ["art", "music"], "open": true, "flags": true, "minItems": 1, "maxItems": 10 },
              "lasted": { "type": "integer", "format": "duration-ms" },
              "level": { "type": "integer", "values": [10, 2], "denied": [0] },
              "plan": { "type": "string", "required": true, "values": ["free", "pro"], "open": true, "description": "What they try." },
              "seats": { "type": "integer", "required": true, "min": 1, "max": 100, "classifications": ["Acme:Private"] },
              "site": { "type": "string", "format": "uri" },
              "started_at": { "type": "string", "format": "date-time", "required": true },
              "voucher": { "type": "string", "pattern": "[A-Z]{2}[0-9]+", "examples": ["AB12"] }
            }
          }
        }
        """);
}
