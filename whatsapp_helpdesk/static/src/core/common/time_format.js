import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";

const {DateTime} = luxon;

/**
 * Write a span of time the way a person says it, with at most two units.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function formatSpan(milliseconds) {
    const minutes = Math.floor(milliseconds / 60000);
    if (minutes < 1) {
        return _t("less than a minute");
    }
    if (minutes < 60) {
        return _t("%(minutes)s min", {minutes});
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 48) {
        return minutes % 60
            ? _t("%(hours)s h %(minutes)s min", {hours, minutes: minutes % 60})
            : _t("%(hours)s h", {hours});
    }
    return _t("%(days)s days", {days: Math.floor(hours / 24)});
}

/**
 * Write a span of time in two or three characters, for lists.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function formatSpanCompact(milliseconds) {
    const minutes = Math.max(0, Math.floor(milliseconds / 60000));
    if (minutes < 1) {
        return _t("now");
    }
    if (minutes < 60) {
        return _t("%(minutes)sm", {minutes});
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) {
        return _t("%(hours)sh", {hours});
    }
    return _t("%(days)sd", {days: Math.floor(hours / 24)});
}

/**
 * Write a moment: the hour if it is today, with the day otherwise.
 *
 * @param {luxon.DateTime} moment
 * @returns {string}
 */
export function formatMoment(moment) {
    const options = {locale: user.lang};
    if (moment.hasSame(DateTime.now(), "day")) {
        return moment.toLocaleString(DateTime.TIME_SIMPLE, options);
    }
    const days = Math.abs(moment.diffNow("days").days);
    const day = days < 6 ? {weekday: "short"} : {day: "numeric", month: "short"};
    return moment.toLocaleString({...day, ...DateTime.TIME_SIMPLE}, options);
}
