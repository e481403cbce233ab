// The worker that solves a challenge while its owner types: gets a riddle, gives a number, knows nothing else.
import { type Riddle, solve } from "./work-solve";

addEventListener("message", ({ data }: MessageEvent<Riddle>) => (postMessage as (answer: number) => void)(solve(data)));
