import { scoreHandler } from "warmlead/edge";

export const runtime = "edge";

export const POST = scoreHandler();
