/// <reference path="window.d.ts" />
// The one script of a page around its widgets. Without it everything can be read; menus and folds open all the same.
import { chooseColours } from "./colours.js";
import { offerCopies } from "./copy.js";
import { keepFolds } from "./folds.js";
import { setFormulas } from "./formulas.js";
import { hideHeader } from "./header.js";
import { closeMenus } from "./menus.js";
import { saveNotebooks } from "./notebooks.js";
import { keepBook } from "./offline.js";
import { preparePaper } from "./paper.js";
import { takePredictions } from "./predictions.js";
import { markSection, reachWideParts } from "./reading.js";
import { offerRuns } from "./run.js";
import { showSolved } from "./solved.js";

chooseColours();
closeMenus();
hideHeader();
saveNotebooks();
offerCopies();
keepFolds();
takePredictions();
showSolved();
markSection();
reachWideParts();
preparePaper();
setFormulas();
offerRuns();
keepBook();
