// Generated from the OpenAPI document of the service by `npm run codegen`; do not edit.

export interface paths {
    "/api/v1/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the actions, by name.
         * @description With `target` only those that take its kind, and until when each rests on it. Callers behind
         *     whom nobody stands get an empty list.
         */
        get: operations["list_actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actions/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one action. */
        get: operations["get_action"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actions/{name}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plans a run: observes, judges the guards, and keeps the result under its hash for two minutes.
         * @description Answers 200 also when a guard does not hold: that is part of the plan.
         */
        post: operations["plan_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actions/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Runs an action on a target.
         * @description Answers 202 with `Location` once the run is durable, and 200 with `deduplicated: true` if the
         *     same press is already in flight or ended less than five seconds ago. With an `Idempotency-Key` a
         *     repeated request gets its first answer. A refusal after rights have passed is also a run in
         *     state `refused`: its id is in the problem.
         */
        post: operations["run_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists nodes, by id.
         * @description A node that could not be seen for a while is shown as `unknown`. `state` may be repeated;
         *     `label` is `name=value` and may be repeated, all must fit.
         */
        get: operations["list_nodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/nodes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one node. */
        get: operations["get_node"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists runs, newest first.
         * @description `state` may be repeated. Callers behind whom nobody stands see no names, reasons and parameters.
         */
        get: operations["list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows one run.
         * @description With `after` the answer is 204 while nothing is newer than that event. Otherwise `If-None-Match`
         *     answers 304.
         */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a run: the open step is closed, the rest is taken back. A second cancel changes nothing. */
        post: operations["cancel_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follows a run.
         * @description Each event is the whole run: `id` is its number, `event` is `run`. The stream closes after a
         *     terminal one; asked for what comes after that, the answer is 204, which ends a browser's
         *     reconnecting.
         */
        get: operations["follow_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the stop switch. */
        get: operations["get_stop"];
        put?: never;
        /**
         * Throws or lifts the stop switch.
         * @description While it is thrown nothing starts and no forward step is taken; taking back goes on. Throwing
         *     works also while the store is down.
         */
        post: operations["set_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says that the process lives. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Writes the metrics. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Writes the document. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says whether the service can do its work: its store can be read and it is not about to end. */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sd/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists scrape targets for Prometheus.
         * @description While the inventory is unsure the last complete list is answered for up to an hour, then 503, so
         *     that Prometheus keeps what it has.
         */
        get: operations["discover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An action as one actor sees it. */
        Action: {
            /** @description Whether this actor may run it (on `target`, if one was asked for). */
            allowed: boolean;
            /** @description What a person is asked before the press; `text` is null until a target is known. */
            confirm: components["schemas"]["Confirm"];
            cooldown_until?: components["schemas"]["Time"] | null;
            /** @description What it does, in a sentence or two. */
            description: string;
            /** @description Its name, also in URLs and metrics. */
            name: string;
            /** @description JSON Schema (2020-12) of the parameters. */
            params: Record<string, unknown>;
            /** @description How much care it asks for. */
            risk: components["schemas"]["Risk"];
            /** @description The kind of target it takes. */
            target: string;
            /** @description The title for people. */
            title: string;
            /** @description Version: first 12 hex digits of the definition's SHA-256. */
            version: string;
            /** @description Why not. */
            why_not?: string | null;
        };
        /** @description The body of plan and run alike. Unknown fields are refused. */
        ActionBody: {
            /** @description Not available yet: refused with `not_available` when present. */
            break_glass?: Record<string, unknown> | null;
            /** @description Parameters by the action's schema; absent means none. */
            params?: Record<string, unknown> | null;
            /** @description The hash of the plan that was seen. */
            plan_hash?: string | null;
            /** @description Why; some actions demand it. */
            reason?: string | null;
            /** @description The target as `kind/id`. The plugin's resource may take it from `?target=` instead. */
            target: components["schemas"]["Target"];
            /** @description A reference into another system. */
            ticket?: string | null;
        };
        /** @description The body of a cancel, which may also be left empty. Unknown fields are refused. */
        CancelBody: {
            /** @description Why; kept with the run. */
            reason?: string | null;
        };
        /** @description One field that would change. */
        Change: {
            /** @description Which field. */
            field: string;
            /** @description Its value when the plan was made. */
            from: unknown;
            /** @description Whose field. */
            target: components["schemas"]["Target"];
            /** @description Its value afterwards. */
            to: unknown;
        };
        /** @description What a person is asked before the press. */
        Confirm: {
            /** @description Whether a reason is asked for. */
            reason: components["schemas"]["ReasonRule"];
            /** @description The question; `null` where no target is known yet. */
            text?: string | null;
            /** @description What has to be typed to confirm; `null` if nothing. */
            typed?: string | null;
        };
        /**
         * @description Forward or back.
         * @enum {string}
         */
        Direction: "do" | "undo";
        /** @description A condition, and whether it held. */
        Guard: {
            /** @description The comparison it must pass, as in `>= 2`. */
            expect: string;
            /** @description Its name in the definition. */
            name: string;
            /** @description Whether it held. */
            ok: boolean;
            /**
             * Format: double
             * @description The measured value; `null` if it could not be read.
             */
            value?: number | null;
            /** @description Why it did not hold. */
            why?: string | null;
        };
        /** @description A node: what all sources together say of it. */
        Node: {
            /** @description `host:port`, if a source knows it. */
            address?: string | null;
            /** @description The id of the run that holds it; `null` if none does. */
            busy_run?: string | null;
            /** @description Its id, equal to the HAProxy server's name unless configured otherwise. */
            id: string;
            /** @description Labels given by the sources. */
            labels: {
                [key: string]: string;
            };
            /** @description The name for people. */
            name: string;
            /** @description When it was last seen. */
            observed_at: components["schemas"]["Time"];
            /** @description The pool it serves. */
            pool?: string | null;
            /**
             * Format: int64
             * @description Open sessions in the load balancer.
             */
            sessions?: number | null;
            /** @description The sources that know it. */
            source: string[];
            /** @description What it is doing. */
            state: components["schemas"]["NodeState"];
            state_since?: components["schemas"]["Time"] | null;
            /**
             * Format: int32
             * @description Weight in the load balancer (0-256).
             */
            weight?: number | null;
        };
        /**
         * @description What a node is doing.
         * @enum {string}
         */
        NodeState: "ready" | "draining" | "maintenance" | "down" | "unknown";
        /** @description Items, and where to go on: pass `next` as `?cursor=`; `null` means that this was the last page. */
        Page_Action: {
            /** @description The items, in the order that the route names. */
            items: {
                /** @description Whether this actor may run it (on `target`, if one was asked for). */
                allowed: boolean;
                /** @description What a person is asked before the press; `text` is null until a target is known. */
                confirm: components["schemas"]["Confirm"];
                cooldown_until?: components["schemas"]["Time"] | null;
                /** @description What it does, in a sentence or two. */
                description: string;
                /** @description Its name, also in URLs and metrics. */
                name: string;
                /** @description JSON Schema (2020-12) of the parameters. */
                params: Record<string, unknown>;
                /** @description How much care it asks for. */
                risk: components["schemas"]["Risk"];
                /** @description The kind of target it takes. */
                target: string;
                /** @description The title for people. */
                title: string;
                /** @description Version: first 12 hex digits of the definition's SHA-256. */
                version: string;
                /** @description Why not. */
                why_not?: string | null;
            }[];
            /** @description Opaque cursor of the next page. */
            next?: string | null;
        };
        /** @description Items, and where to go on: pass `next` as `?cursor=`; `null` means that this was the last page. */
        Page_Node: {
            /** @description The items, in the order that the route names. */
            items: {
                /** @description `host:port`, if a source knows it. */
                address?: string | null;
                /** @description The id of the run that holds it; `null` if none does. */
                busy_run?: string | null;
                /** @description Its id, equal to the HAProxy server's name unless configured otherwise. */
                id: string;
                /** @description Labels given by the sources. */
                labels: {
                    [key: string]: string;
                };
                /** @description The name for people. */
                name: string;
                /** @description When it was last seen. */
                observed_at: components["schemas"]["Time"];
                /** @description The pool it serves. */
                pool?: string | null;
                /**
                 * Format: int64
                 * @description Open sessions in the load balancer.
                 */
                sessions?: number | null;
                /** @description The sources that know it. */
                source: string[];
                /** @description What it is doing. */
                state: components["schemas"]["NodeState"];
                state_since?: components["schemas"]["Time"] | null;
                /**
                 * Format: int32
                 * @description Weight in the load balancer (0-256).
                 */
                weight?: number | null;
            }[];
            /** @description Opaque cursor of the next page. */
            next?: string | null;
        };
        /** @description Items, and where to go on: pass `next` as `?cursor=`; `null` means that this was the last page. */
        Page_Run: {
            /** @description The items, in the order that the route names. */
            items: {
                /** @description The action's name. */
                action: string;
                /** @description Who: the actor's stable subject. */
                actor: string;
                /** @description When it was accepted or refused. */
                created: components["schemas"]["Time"];
                /** @description True in the answer to a press that met this run already in flight. */
                deduplicated: boolean;
                /** @description What stays changed after a failed, cancelled or half undone run. */
                effects_left: string[];
                /**
                 * Format: double
                 * @description Seconds from acceptance to the end, or to the last event.
                 */
                elapsed: number;
                ended?: components["schemas"]["Time"] | null;
                /** @description The guards as they were judged. */
                guards: components["schemas"]["Guard"][];
                /** @description `UUIDv7`. */
                id: string;
                next_allowed?: components["schemas"]["Time"] | null;
                /** @description The parameters, defaults filled in. */
                params: Record<string, unknown>;
                /** @description Title of the step at hand; `null` outside steps. */
                phase?: string | null;
                /** @description The plan that was confirmed. */
                plan_hash?: string | null;
                /**
                 * Format: double
                 * @description Closed through planned steps, 0..1; `null` if not known.
                 */
                progress?: number | null;
                /** @description What the actor gave. */
                reason?: string | null;
                result?: components["schemas"]["RunState"] | null;
                /**
                 * Format: int64
                 * @description Number of the last event in it, from 1.
                 */
                seq: number;
                /** @description Where it stands. */
                state: components["schemas"]["RunState"];
                /** @description The steps, planned and taken. */
                steps: components["schemas"]["Step"][];
                /** @description What it acts on. */
                target: components["schemas"]["Target"];
                /** @description What the actor gave. */
                ticket?: string | null;
                unknown?: components["schemas"]["Unknown"] | null;
                /** @description When the last event happened. */
                updated: components["schemas"]["Time"];
                /** @description Whether the verify goal was met; `null` while open or where nothing was to be measured yet. */
                verified?: boolean | null;
                verify?: components["schemas"]["Verify"] | null;
                /** @description The action's version. */
                version: string;
                /** @description Why it was refused or failed. */
                why?: string | null;
            }[];
            /** @description Opaque cursor of the next page. */
            next?: string | null;
        };
        /** @description The preview of a run. Answered with 200 also when a guard fails. */
        Plan: {
            /** @description The action's name. */
            action: string;
            /** @description What would be different afterwards. */
            changes: components["schemas"]["Change"][];
            /** @description What to ask before the press. */
            confirm: components["schemas"]["Confirm"];
            /** @description Until when the hash can be used. */
            expires_at: components["schemas"]["Time"];
            /** @description The conditions, each with its present value. */
            guards: components["schemas"]["Guard"][];
            /** @description Hash over action version, target, params, computed values and changes. */
            hash: string;
            /** @description The parameters with their defaults filled in. */
            params: Record<string, unknown>;
            /** @description The operations, in order. */
            steps: components["schemas"]["PlannedStep"][];
            /** @description One sentence. */
            summary: string;
            /** @description What it would act on. */
            target: components["schemas"]["Target"];
            /** @description The action's version. */
            version: string;
            /** @description What a person should know before. */
            warnings: string[];
        };
        /** @description One operation of a plan. */
        PlannedStep: {
            /**
             * Format: int32
             * @description From 1.
             */
            n: number;
            /** @description The operation's name, as in `haproxy.set_state`. */
            operation: string;
            /** @description For people. */
            title: string;
        };
        /** @description A refusal. What does not apply is left out, as RFC 9457 has it. */
        Problem: {
            /** @description The difference to the plan. */
            changes?: components["schemas"]["Change"][] | null;
            /** @description For programs. */
            code: components["schemas"]["ProblemCode"];
            /** @description Column of a fault in the body, from 1. */
            column?: number | null;
            /** @description For people; of this occurrence: what is wrong and what to do. */
            detail: string;
            /** @description The guards that did not hold. */
            guards?: components["schemas"]["Guard"][] | null;
            /** @description The run that holds the target. */
            holder?: string | null;
            /** @description Line of a fault in the body, from 1. */
            line?: number | null;
            /** @description Added by the plugin: Grafana's toast reads it. */
            message?: string | null;
            next_allowed?: components["schemas"]["Time"] | null;
            /** @description JSON pointer (RFC 6901) to the faulty field of the body. */
            pointer?: string | null;
            /** @description The refused run, where the refusal is one. */
            run_id?: string | null;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description For people; the same for every occurrence of the code. */
            title: string;
            /** @description `urn:leverframe:problem:<code>`. */
            type: string;
        };
        /**
         * @description Every refusal there is
         * @enum {string}
         */
        ProblemCode: "invalid_json" | "invalid_body" | "invalid_params" | "not_available" | "auth_assertion" | "auth_token" | "auth_forbidden" | "auth_anonymous" | "not_found" | "method" | "plan_changed" | "plan_expired" | "plan_required" | "target_busy" | "budget" | "guard_blocked" | "guard_unmet" | "illegal_transition" | "too_large" | "media_type" | "key_reused" | "cooldown" | "rate" | "stopped" | "guard_unavailable" | "guard_stale" | "guard_empty" | "guard_ambiguous" | "store_full" | "store_read_only" | "store_corrupt" | "store_busy" | "store_unavailable" | "inventory_unsure" | "internal" | "assertion_refused" | "service_unreachable" | "outcome_unknown";
        /**
         * @description Whether a reason is asked for.
         * @enum {string}
         */
        ReasonRule: "none" | "optional" | "required";
        /**
         * @description How much care an action asks for.
         * @enum {string}
         */
        Risk: "low" | "medium" | "high";
        /**
         * @description A run. Lists, single answers and every event carry this same object, so that no client folds
         *     anything.
         */
        Run: {
            /** @description The action's name. */
            action: string;
            /** @description Who: the actor's stable subject. */
            actor: string;
            /** @description When it was accepted or refused. */
            created: components["schemas"]["Time"];
            /** @description True in the answer to a press that met this run already in flight. */
            deduplicated: boolean;
            /** @description What stays changed after a failed, cancelled or half undone run. */
            effects_left: string[];
            /**
             * Format: double
             * @description Seconds from acceptance to the end, or to the last event.
             */
            elapsed: number;
            ended?: components["schemas"]["Time"] | null;
            /** @description The guards as they were judged. */
            guards: components["schemas"]["Guard"][];
            /** @description `UUIDv7`. */
            id: string;
            next_allowed?: components["schemas"]["Time"] | null;
            /** @description The parameters, defaults filled in. */
            params: Record<string, unknown>;
            /** @description Title of the step at hand; `null` outside steps. */
            phase?: string | null;
            /** @description The plan that was confirmed. */
            plan_hash?: string | null;
            /**
             * Format: double
             * @description Closed through planned steps, 0..1; `null` if not known.
             */
            progress?: number | null;
            /** @description What the actor gave. */
            reason?: string | null;
            result?: components["schemas"]["RunState"] | null;
            /**
             * Format: int64
             * @description Number of the last event in it, from 1.
             */
            seq: number;
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            /** @description The steps, planned and taken. */
            steps: components["schemas"]["Step"][];
            /** @description What it acts on. */
            target: components["schemas"]["Target"];
            /** @description What the actor gave. */
            ticket?: string | null;
            unknown?: components["schemas"]["Unknown"] | null;
            /** @description When the last event happened. */
            updated: components["schemas"]["Time"];
            /** @description Whether the verify goal was met; `null` while open or where nothing was to be measured yet. */
            verified?: boolean | null;
            verify?: components["schemas"]["Verify"] | null;
            /** @description The action's version. */
            version: string;
            /** @description Why it was refused or failed. */
            why?: string | null;
        };
        /**
         * @description Where a run stands.
         * @enum {string}
         */
        RunState: "awaiting_approval" | "queued" | "running" | "verifying" | "undoing" | "cancelling" | "unknown" | "refused" | "succeeded" | "no_effect" | "failed" | "undone" | "undo_failed" | "cancelled" | "expired";
        /** @description One operation of a run. */
        Step: {
            /** @description What it looked like after. */
            after?: unknown;
            /**
             * Format: int32
             * @description Attempts so far.
             */
            attempt: number;
            /** @description What the target looked like before. */
            before?: unknown;
            /** @description Forward or back. */
            dir: components["schemas"]["Direction"];
            ended?: components["schemas"]["Time"] | null;
            /** @description What went wrong. */
            error?: string | null;
            /**
             * Format: int32
             * @description From 1; an undo carries the number of the step it takes back.
             */
            n: number;
            /** @description The operation's name. */
            operation: string;
            started?: components["schemas"]["Time"] | null;
            /** @description Where it stands. */
            state: components["schemas"]["StepState"];
            /** @description For people. */
            title: string;
        };
        /**
         * @description Where a step stands.
         * @enum {string}
         */
        StepState: "planned" | "open" | "done" | "failed" | "unknown";
        /** @description The switch as it stands. */
        Stop: {
            /** @description Who threw it; `null` while it is off. */
            by?: string | null;
            /** @description The reason that was given. */
            reason?: string | null;
            since?: components["schemas"]["Time"] | null;
            /** @description True while nothing may start. */
            stopped: boolean;
        };
        /** @description What throws or lifts it. */
        StopBody: {
            /** @description Why; kept in the audit. */
            reason?: string | null;
            /** @description True to stop, false to go on. */
            stopped: boolean;
        };
        /** @description What a run acts on, as `kind/id` */
        Target: string;
        /**
         * Format: date-time
         * @description A point in time, written as `2026-01-02T03:04:05.678Z` (RFC 3339, always three decimals).
         */
        Time: string;
        /** @description What is not known. */
        Unknown: {
            /** @description The state to which the run returns once it is known. */
            resume: components["schemas"]["RunState"];
            /** @description Since when. */
            since: components["schemas"]["Time"];
            /** @description `effect` (of a step) or `goal`. */
            what: string;
        };
        /** @description The goal and what was measured. */
        Verify: {
            /**
             * Format: double
             * @description The value before the first step.
             */
            baseline?: number | null;
            /** @description The comparison, as in `== 0`. */
            expect: string;
            /**
             * Format: double
             * @description The last measured value.
             */
            value?: number | null;
            verdict?: components["schemas"]["VerifyVerdict"] | null;
        };
        /**
         * @description The judgement of a goal.
         * @enum {string}
         */
        VerifyVerdict: "met" | "unmet" | "worse" | "unmeasured";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_actions: {
        parameters: {
            query?: {
                /** @description Only what takes this `kind/id` */
                target?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Action"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The action's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Action"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    plan_action: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The action's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    run_action: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible ASCII characters, kept 24 h */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description The action's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionBody"];
            };
        };
        responses: {
            /** @description The same press is already running */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            202: {
                headers: {
                    /** @description The run */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_nodes: {
        parameters: {
            query?: {
                /** @description Only of this pool */
                pool?: string;
                /** @description Only in these states */
                state?: string[];
                /** @description Only with this `name=value` */
                label?: string[];
                /** @description 1 to 1000, default 500 */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Node"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_node: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The node's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /** @description Only of this action */
                action?: string;
                /** @description Only on this target, as `kind/id` */
                target?: string;
                /** @description Only in these states */
                state?: string[];
                /** @description Only of this actor's subject */
                actor?: string;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Run"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: {
                /** @description The event that is known already */
                after?: number;
            };
            header?: never;
            path: {
                /** @description The run's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Nothing newer than `after` */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    follow_run: {
        parameters: {
            query?: {
                /** @description The event that is known already */
                after?: number;
            };
            header?: {
                /** @description The same; wins over `after` */
                "Last-Event-ID"?: number | null;
            };
            path: {
                /** @description The run's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Run"];
                };
            };
            /** @description The run has ended, and that is known already */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_stop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_stop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The list's name in the configuration */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus' target groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>[];
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
