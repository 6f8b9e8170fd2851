import { ConnectionLostError } from "@web/core/network/rpc";

/** Changes on their way to the server, one after the other, and what undoes those that arrived. */
export class GridQueue {
    /**
     * @param {Object} hooks
     * @param {(changes: Object[]) => Promise<Object>} hooks.send set_cells
     * @param {(lines: Object) => void} hooks.onAnswer
     * @param {() => void} hooks.onChange something was sent, or arrived
     */
    constructor({ send, onAnswer, onChange }) {
        Object.assign(this, { send, onAnswer, onChange });
        this.tail = Promise.resolve();
        /** Keys of cells → how many changes of them are on their way. */
        this.pending = new Map();
        this.busy = 0;
        this.forget();
    }

    /** What could be undone may be of lines that have gone. */
    forget() {
        this.undoable = [];
        this.redoable = [];
    }

    /** All that was asked for has been answered. */
    get idle() {
        return this.tail;
    }

    submit(changes, keys) {
        if (!changes.length) {
            return Promise.resolve();
        }
        return this.enqueue(keys, async () => {
            this.take(await this.send(changes), this.undoable);
            this.redoable = [];
        });
    }

    undo() {
        if (!this.busy && !this.undoable.length) {
            return Promise.resolve();
        }
        return this.enqueue([], () => this.back(this.undoable, this.redoable));
    }

    redo() {
        if (!this.busy && !this.redoable.length) {
            return Promise.resolve();
        }
        return this.enqueue([], () => this.back(this.redoable, this.undoable));
    }

    async back(from, to) {
        const changes = from.at(-1);
        if (changes) {
            try {
                const answer = await this.send(changes);
                from.pop();
                this.take(answer, to);
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    // What is refused now will be again; what was done before it can still be undone.
                    from.pop();
                }
                throw error;
            }
        }
    }

    take(answer, stack) {
        this.onAnswer(answer.lines);
        if (answer.before.length) {
            stack.push(answer.before);
        }
    }

    enqueue(keys, job) {
        const count = (by) => {
            this.busy += by;
            for (const key of keys) {
                this.pending.set(key, (this.pending.get(key) || 0) + by);
            }
            this.onChange();
        };
        count(1);
        const done = this.tail.then(job).finally(() => count(-1));
        this.tail = done.catch(() => {});
        return done;
    }
}
