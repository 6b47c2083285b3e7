"""The texts of the standard prompts, and which of Asterisk's recordings stand in for them."""

from collections.abc import Mapping

from web.ops.setup.spoken_words import WORDS

Texts = Mapping[str, Mapping[str, str]]  # language, name, what is said

SENTENCES: Texts = {
    "en": {
        "greeting": "Thank you for calling Hotline.",
        "menu": "For sales, press 1. For support, press 2. To speak to the operator, press 0.",
        "wrong-key": "Sorry, that is not a valid choice.",
        "goodbye": "Goodbye.",
        "closed": "Our office is closed.",
        "no-service": "The number you have dialled is not in service.",
        "voicemail": "Please leave a message after the tone.",
        "agent-number": "Agent",
        "agent-number-after": "is at your service.",
        "score": (
            "How satisfied are you with our service? Please press a key from 1 to 5: 5 for very "
            "satisfied, 1 for very dissatisfied."
        ),
        "score-thanks": "Thank you for your rating.",
        "not-taken": "Your call cannot be taken at the moment. Please try again later.",
        "callback-offer": (
            "You need not wait on the line: we can call you back when it is your turn. To be "
            "called at the number you call from, press 1. At another number, press 2. To stay "
            "on the line, press 3."
        ),
        "callback-offer-number": (
            "You need not wait on the line: we can call you back when it is your turn. To enter "
            "the number at which we call you, press 2. To stay on the line, press 3."
        ),
        "callback-number": (
            "Please enter the number with its area code, and then press the pound key."
        ),
        "callback-refused": "We cannot call this number.",
        "callback-entered": "You entered:",
        "callback-confirm": "If this is right, press 1. To enter it again, press 2.",
        "callback-when": "To be called as soon as it is your turn, press 1.",
        "callback-when-2": "In one hour, press 2.",
        "callback-when-3": "In three hours, press 3.",
        "callback-when-4": "Tomorrow when we open, press 4.",
        "callback-stays": "You stay on the line and keep your place.",
        "callback-thanks": "Thank you. We will call you back when it is your turn. Goodbye.",
        "callback-thanks-later": (
            "Thank you. We will call you back at the time that you chose. Goodbye."
        ),
        "record-code": "Please enter the ten digits that the page shows.",
        "record-wrong": "These digits are not correct.",
        "record-start": "Record the prompt after the tone, and then press the pound key.",
        "record-keep": "To keep it, press 1. To record it again, press 2.",
        "record-done": "The prompt is saved. Goodbye.",
        "press-one": "You have a call. Press 1 to take it, or 2 to decline.",
        "box-number": "Please enter the number of the box, and then the pound key.",
        "box-pin": "Please enter your PIN, and then the pound key.",
        "box-wrong": "This PIN is not correct.",
        "box-locked": (
            "This box is locked, because a wrong PIN was entered too often. Please try again later."
        ),
        "box-unavailable": "The messages are not available now. Please try again later.",
        "box-you-have": "You have",
        "box-message": "new message.",
        "box-messages": "new messages.",
        "box-none": "You have no new messages.",
        "box-many": "You have more than nine new messages.",
        "box-saved": "Saved messages.",
        "box-saved-it": "Message saved.",
        "box-deleted": "Message deleted.",
        "box-no-more": "There are no more messages.",
        "box-no-call": "The sender cannot be called.",
        "box-menu": (
            "To hear the message again, press 1. To save it, press 2. To delete it, "
            "press 3. To call the sender, press 4. For the next message, press 5. To "
            "leave, press star."
        ),
        "box-menu-other": (
            "To hear the message again, press 1. To save it, press 2. To delete it, "
            "press 3. For the next message, press 5. To leave, press star."
        ),
    },
    "zh_CN": {
        "greeting": "感谢您致电。",
        "menu": "销售请按1，技术支持请按2，人工服务请按0。",
        "wrong-key": "对不起，您的输入有误。",
        "goodbye": "再见。",
        "closed": "我们已经下班。",
        "no-service": "您拨打的号码是空号。",
        "voicemail": "请在提示音后留言。",
        "agent-number": "工号",
        "agent-number-after": "为您服务。",
        "score": (
            "请为本次服务评分：非常满意请按5，满意请按4，一般请按3，不满意请按2，非常不满意请按1。"
        ),
        "score-thanks": "感谢您的评价。",
        "not-taken": "您的来电暂时无法接通，请稍后再拨。",
        "callback-offer": (
            "您可以不必在线等候，轮到您时我们会给您回电。"
            "按来电号码回拨请按1，使用其他号码请按2，继续等候请按3。"
        ),
        "callback-offer-number": (
            "您可以不必在线等候，轮到您时我们会给您回电。输入回拨号码请按2，继续等候请按3。"
        ),
        "callback-number": "请输入带区号的电话号码，按井号键结束。",
        "callback-refused": "我们无法拨打这个号码。",
        "callback-entered": "您输入的号码是",
        "callback-confirm": "正确请按1，重新输入请按2。",
        "callback-when": "轮到您时立即回电请按1。",
        "callback-when-2": "一小时后请按2。",
        "callback-when-3": "三小时后请按3。",
        "callback-when-4": "明天开始营业时请按4。",
        "callback-stays": "请继续在线等候，您的排队位置不变。",
        "callback-thanks": "好的，轮到您时我们会给您回电，感谢您的来电，再见。",
        "callback-thanks-later": "好的，我们会在您选择的时间给您回电，感谢您的来电，再见。",
        "record-code": "请输入页面上显示的十位数字。",
        "record-wrong": "输入的数字不正确。",
        "record-start": "请在提示音后开始录制，按井号键结束。",
        "record-keep": "保存请按1，重新录制请按2。",
        "record-done": "提示音已保存，再见。",
        "press-one": "您有一个来电，接听请按1，拒接请按2。",
        "box-number": "请输入信箱号码，按井号键结束。",
        "box-pin": "请输入密码，按井号键结束。",
        "box-wrong": "密码不正确。",
        "box-locked": "密码错误次数过多，信箱已锁定，请稍后再试。",
        "box-unavailable": "暂时无法读取留言，请稍后再试。",
        "box-you-have": "您有",
        "box-message": "条新留言。",
        "box-messages": "条新留言。",
        "box-none": "您没有新留言。",
        "box-many": "您有超过九条新留言。",
        "box-saved": "已保存的留言。",
        "box-saved-it": "留言已保存。",
        "box-deleted": "留言已删除。",
        "box-no-more": "没有更多留言了。",
        "box-no-call": "无法呼叫留言人。",
        "box-menu": "重听请按1，保存请按2，删除请按3，回拨请按4，下一条请按5，退出请按星号键。",
        "box-menu-other": "重听请按1，保存请按2，删除请按3，下一条请按5，退出请按星号键。",
    },
}
TEXTS: Texts = {language: {**SENTENCES[language], **WORDS[language]} for language in SENTENCES}
# Asterisk's own recordings with nearly the same words, or the nearest ones.
STAND_INS = {
    "greeting": "hello",
    "menu": "please-enter-the",
    "wrong-key": "pbx-invalid",
    "goodbye": "vm-goodbye",
    "closed": "vm-goodbye",
    "no-service": "ss-noservice",
    "voicemail": "vm-intro",
    "agent-number": "agent-loginok",
    "agent-number-after": "beep",
    "score": "vm-enter-num-to-call",
    "score-thanks": "auth-thankyou",
    "not-taken": "vm-goodbye",
    "callback-offer": "press-1",
    "callback-offer-number": "press-1",
    "callback-number": "vm-extension",
    "callback-refused": "pbx-invalid",
    "callback-confirm": "press-1",
    "callback-when": "press-1",
    "callback-thanks": "vm-goodbye",
    "callback-thanks-later": "vm-goodbye",
    "record-code": "vm-password",
    "record-wrong": "vm-incorrect",
    "record-start": "vm-intro",
    "record-keep": "press-1",
    "record-done": "vm-goodbye",
    "press-one": "press-1",
    "box-number": "vm-extension",
    "box-pin": "vm-password",
    "box-wrong": "vm-incorrect",
    "box-you-have": "vm-youhave",
    "box-message": "vm-message",
    "box-messages": "vm-messages",
    "box-none": "vm-nomore",
    "box-saved-it": "vm-saved",
    "box-deleted": "vm-deleted",
    "box-no-more": "vm-nomore",
    "box-menu": "vm-advopts",
    "box-menu-other": "vm-advopts",
}
