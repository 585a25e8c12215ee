import { useSyncExternalStore, type MouseEvent } from 'react';
import type { ConsoleLanguage } from '#texts/console';
import { addressOf, languageOf, placeOf, type Place } from './places.ts';

const moved = 'insat:moved';

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(moved, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(moved, listener);
  };
}

function show(address: string): void {
  history.pushState(null, '', address);
  dispatchEvent(new Event(moved));
}

/** Where the person is; the browser's own back and forward work. */
export function usePlace(): Place {
  return placeOf(useSyncExternalStore(subscribe, () => location.pathname));
}

export function useAddressLanguage(): ConsoleLanguage {
  return languageOf(useSyncExternalStore(subscribe, () => location.search));
}

export function go(place: Place): void {
  show(addressOf(place, languageOf(location.search)));
}

export function speak(language: ConsoleLanguage): void {
  show(addressOf(placeOf(location.pathname), language));
}

/** A real link (it opens in a new tab when asked to) that otherwise moves without reloading. */
export function linkTo(place: Place): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: addressOf(place, languageOf(location.search)),
    onClick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(place);
    },
  };
}
