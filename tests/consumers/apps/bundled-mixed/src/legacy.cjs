exports.score = require("warmlead").score;
