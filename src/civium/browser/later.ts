// The chunk of what is not needed to read the page: it is fetched when the form is first touched, and no field opens without it,
// so that a connection lost later lacks nothing: what fails, what asks back, what checks the answer.
export { clearPart } from "./clear-part";
export { makeFinder } from "./finder";
export { takeOver } from "./language";
export { watchEnd } from "./last-minute";
export { check } from "./receipt";
export { showAsking, showDoubtful, showFailed, showRefused, showSealing, showSending } from "./screens";
export { countDown, nextPerson, watchIdle } from "./stand";
export { showThanks } from "./thanks";
