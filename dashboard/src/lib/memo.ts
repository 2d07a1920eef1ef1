// SPDX-License-Identifier: Apache-2.0
// A component that is drawn again only when one of its properties, or a context it reads, is another.
import { Component, h, type FunctionComponent } from "preact";

export function memo<Props extends object>(view: FunctionComponent<Props>) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return (Object.keys({ ...this.props, ...next }) as Array<keyof Props>).some((key) => this.props[key] !== next[key]);
    }

    override render() {
      return h(view, this.props);
    }
  };
}
