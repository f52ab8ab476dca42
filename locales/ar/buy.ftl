### الشراء: من الفئات إلى زر التأكيد.
### أسماء الفئات والمنتجات والأنواع هي أسماء المزوّد نفسه.

buy-categories =
    <b>ماذا تريد أن تشتري؟</b>
    اختر فئة.
buy-favourites = ⭐ أولًا ما تشتريه أكثر من غيره.
buy-nothing = لا شيء معروض للبيع حاليًا. أعد المحاولة لاحقًا.
buy-products =
    <b>{ $category }</b>
    اختر منتجًا.
buy-no-products =
    <b>{ $category }</b>
    لا شيء من هذا معروض للبيع حاليًا.
# بلدان فئة؛ $category: اسمها
buy-countries =
    <b>{ $category }</b>
    في أي بلد تُستعمل البطاقة؟
buy-products-of =
    <b>{ $category }</b>: { $country }
    اختر منتجًا.
# مكان $country و$name عندما لا يذكر المزوّد بلدًا
country-none = بلد غير محدّد
buy-types =
    <b>{ $product }</b>
    اختر نوعًا.
buy-no-types =
    <b>{ $product }</b>
    لا شيء من هذا معروض للبيع حاليًا.
# $price: سعر بطاقة واحدة؛ $most: أكبر كمية يمكن طلبها الآن
buy-quantity =
    <b>{ $product }</b>
    { $type } — { $price } للبطاقة

    { $most ->
        [zero] لم تبق أي بطاقة.
        [one] كم تريد؟ يمكن طلب بطاقة واحدة فقط الآن.
        [two] كم تريد؟ اختر، أو أرسل 1 أو 2.
        [few] كم تريد؟ اختر، أو أرسل عددًا من 1 إلى { $most }.
        [many] كم تريد؟ اختر، أو أرسل عددًا من 1 إلى { $most }.
       *[other] كم تريد؟ اختر، أو أرسل عددًا من 1 إلى { $most }.
    }

## ما تطلبه بعض المنتجات، أو ما يجب معرفته عنها

# بطاقة بأي مبلغ. $least و$most و$step: مبالغ مع عملتها (25 USD)
buy-amount =
    <b>{ $product }</b>
    أي مبلغ؟ أرسل عددًا من { $least } إلى { $most }.
buy-amount-steps = يزيد المبلغ { $step } في كل مرة.
buy-amount-whole = المبالغ الصحيحة فقط، بلا كسور.
buy-phone =
    <b>رقم هاتف المستلم</b>
    يطلبه المزوّد لهذه البطاقة. أرسله مع رمز البلد، مثل { $example }، ويمكن للرقم الجزائري أن يبدأ بـ 0.
# $phone: الرقم المكتوب كاملًا
buy-recipient = 📱 إلى الرقم { $phone }: تحقّق منه.
buy-delayed = 🕓 تصل هذه البطاقات خلال أيام، وليس فورًا.

## شاشة التأكيد

buy-confirm =
    <b>تحقّق من طلبك</b>
    { $product }
    { $type } × { $quantity }
# تحت ما يُشترى ولمن هو. $before و$after: الرصيد الآن، وبعد الطلب
buy-confirm-money =
    البطاقة الواحدة: { $price }
    المجموع: <b>{ $total }</b>
    الرصيد: { $before } ← { $after }
buy-confirm-final = السعر مضمون 10 دقائق. الطلب نهائي.
# $at: متى طُلب الشيء نفسه
buy-repeat =
    ⚠️ <b>لقد طلبت هذا بالضبط قبل قليل</b>: الطلب { $order }، { $at }.
    لا تؤكّد إلا إذا أردت المزيد.

## الأزرار (48 حرفًا على الأكثر). نص عادي.

# $name: نوع؛ $price: سعر بطاقة واحدة
button-type = { $name } — { $price }
button-type-out = { $name } — نفد
button-type-unpriced = { $name } — بلا سعر بعد
# نوع بأي مبلغ بين $least و$most
button-amount = أي مبلغ: من { $least } إلى { $most }
amount-any = أي مبلغ
button-countries = 🌍 اختر بلدًا
# $name: بلد؛ $count: عدد منتجاته
button-country = { $name } · { $count }
# قد يكون متوفرًا، لكن لا يمكن سؤال من يبيعه الآن
button-away = { $name } — غير متاح حاليًا
button-favourite = ⭐ { $name } — { $price }
# $total: سعر البطاقات كلها معًا
button-confirm = شراء { $quantity } — { $total }

## رسائل فوق الأزرار (200 حرف على الأكثر). نص عادي.

toast-ordered-before = سبق أن طلبت هذا: الطلب { $order }. لم يُطلب شيء مرة ثانية.
toast-new-price = انتهت صلاحية ذلك العرض. إليك عرضًا جديدًا.
toast-withdrawn = أُلغي الطلب { $order }.
