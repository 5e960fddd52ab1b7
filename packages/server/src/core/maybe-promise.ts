/** What is answered at once when it can be. To await it is always right, and costs a turn of the queue. */
export type MaybePromise<Value> = Value | Promise<Value>
