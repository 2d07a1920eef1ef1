// SPDX-License-Identifier: Apache-2.0
// A value that can be watched, and preferences that outlive the page where the browser lets them.
import { useEffect, useState } from "preact/hooks";

export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Returns the function that ends the watch. */
  watch(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (value) => {
      current = value;
      for (const listener of [...listeners]) listener();
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(store.get());
    return store.watch(() => setValue(store.get()));
  }, [store]);
  return value;
}

/** A store that remembers its choice. From file:// some browsers refuse storage: then it lasts as long as the page. */
export function createPreference<T extends string>(key: string, choices: readonly T[], initial: T): Store<T> {
  const remembered = (): T | undefined => {
    try {
      return choices.find((choice) => choice === localStorage.getItem(key));
    } catch {
      return undefined;
    }
  };
  const store = createStore<T>(remembered() ?? initial);
  return {
    ...store,
    set: (value) => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // Nothing is lost but the memory of the choice.
      }
      store.set(value);
    },
  };
}
