# Makes the fixtures beside this file: make.py FONT.ttf (a TrueType font with Vietnamese letters; needs libfreetype.so.6).
import struct, zlib, ctypes as C, sys, subprocess
# --- text PDF: no font file, a ToUnicode map
def pdf(objs, more=b""):
    out=b"%PDF-1.4\n";offs=[]
    for i,o in enumerate(objs,1):
        offs.append(len(out)); out+=b"%d 0 obj\n"%i+o+b"\nendobj\n"
    x=len(out); out+=b"xref\n0 %d\n0000000000 65535 f \n"%(len(objs)+1)+b"".join(b"%010d 00000 n \n"%o for o in offs)
    return out+b"trailer\n<</Size %d/Root 1 0 R"%(len(objs)+1)+more+b">>\nstartxref\n%d\n%%%%EOF\n"%x
def st(d,b): return b"<<"+d+b"/Length %d>>stream\n"%len(b)+b+b"\nendstream"
lines=["ỦY BAN NHÂN DÂN TỈNH","Số: 27/BC-UBND","Lạng Sơn, ngày 05 tháng 6 năm 2024","BÁO CÁO","Về kết quả chuyển đổi số"]
cont=b"BT /F 12 Tf 72 760 Td 18 TL\n"+b"".join(b"<"+l.encode('utf-16-be').hex().encode()+b"> Tj T*\n" for l in lines)+b"ET"
chars=sorted(set("".join(lines)))
cmap=b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange %d beginbfchar\n"%len(chars)+b"".join(b"<%04X> <%04X>\n"%(ord(c),ord(c)) for c in chars)+b"endbfchar endcmap end end"
def textpdf(more=b""):
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>",b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
     b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
     st(b"",cont),b"<</Type/Font/Subtype/Type0/BaseFont/Times-Roman/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
     b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Times-Roman/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 600/FontDescriptor 8 0 R>>",
     st(b"",cmap),b"<</Type/FontDescriptor/FontName/Times-Roman/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"],more)
open('text.pdf','wb').write(textpdf())
open('locked.pdf','wb').write(textpdf(b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<"+b"11"*32+b">/U<"+b"22"*32+b">>>"))
# --- picture by freetype
ft=C.CDLL('libfreetype.so.6')
lib=C.c_void_p(); ft.FT_Init_FreeType(C.byref(lib))
face=C.c_void_p(); assert ft.FT_New_Face(lib,sys.argv[1].encode(),0,C.byref(face))==0
W,H=1000,700
img=[bytearray(b'\xff'*W) for _ in range(H)]
def glyph(ch,size,x,y):
    ft.FT_Set_Pixel_Sizes(face,0,size)
    assert ft.FT_Load_Char(face,C.c_ulong(ord(ch)),4)==0
    # FT_FaceRec: glyph slot pointer at offset 152 (64-bit)
    slot=C.c_void_p.from_address(face.value+152).value
    adv=C.c_long.from_address(slot+128).value>>6
    bm=slot+152
    rows=C.c_uint.from_address(bm).value; width=C.c_uint.from_address(bm+4).value; pitch=C.c_int.from_address(bm+8).value
    buf=C.c_void_p.from_address(bm+16).value
    left=C.c_int.from_address(slot+192).value; top=C.c_int.from_address(slot+196).value
    for r in range(rows):
        row=C.string_at(buf+r*pitch,width)
        for c in range(width):
            yy,xx=y-top+r,x+left+c
            if 0<=yy<H and 0<=xx<W: img[yy][xx]=min(img[yy][xx],255-row[c])
    return adv
def text(s,size,x,y):
    for ch in s: x+=glyph(ch,size,x,y)
    return x
text("UBND TỈNH LẠNG SƠN",20,60,90); text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",20,420,90)
e=text("TUYỆT MẬT",34,90,190)
for x in range(75,e+15):
    for y in (148,149,150,151,204,205,206,207): img[y][x]=60
for y in range(148,208):
    for x in (75,76,77,78,e+11,e+12,e+13,e+14): img[y][x]=60
text("Số: 31/CV-UBND",22,90,280); text("Lạng Sơn, ngày 09 tháng 8 năm 2024",22,450,280)
text("Về việc phối hợp bảo đảm an ninh trật tự trên địa bàn",26,70,360)
text("(Nội dung giả định phục vụ kiểm thử.)",26,70,410)
bits=[bytes(sum((img[y][x+k]>=140)<<(7-k) for k in range(8)) for x in range(0,W,8)) for y in range(H)]
idat=zlib.compress(b"".join(b"\0"+b for b in bits),9)
def chunk(t,d): return struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))
open('scan.png','wb').write(b"\x89PNG\r\n\x1a\n"+chunk(b'IHDR',struct.pack('>IIBBBBB',W,H,1,0,0,0,0))+chunk(b'IDAT',idat)+chunk(b'IEND',b''))
open('scan.pdf','wb').write(pdf([b"<</Type/Catalog/Pages 2 0 R>>",b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
 b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 420]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
 st(b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/BitsPerComponent 1/Columns %d>>"%(W,H,W),idat),
 st(b"",b"q 600 0 0 420 0 0 cm /I Do Q")]))
# --- Word 97
txt="Tờ trình số 12/TTr-STTTT\rVề việc phê duyệt kế hoạch chuyển đổi số năm 2024\rĐề nghị đăng tải trên Cổng thông tin điện tử\r"
n=len(txt); T=0x800
wd=bytearray(0x1800)
struct.pack_into('<HHHHHHH',wd,0,0xA5EC,0xC1,0,0x042A,0,0x1200,0xBF)
struct.pack_into('<II',wd,0x18,T,T+2*n)         # fcMin fcMac
struct.pack_into('<H',wd,0x20,14); struct.pack_into('<H',wd,0x3E,22)
struct.pack_into('<I',wd,0x40,len(wd)); struct.pack_into('<I',wd,0x4C,n)  # cbMac ccpText
struct.pack_into('<H',wd,0x98,93)
clx=b"\x02"+struct.pack('<I',16)+struct.pack('<II',0,n)+struct.pack('<HIH',0,T,0)
struct.pack_into('<II',wd,0x1A2,0,len(clx))     # fcClx lcbClx
wd[T:T+2*n]=txt.encode('utf-16-le')
tb=bytearray(0x1000); tb[:len(clx)]=clx
def ent(name,typ,start,size,left=-1,right=-1,child=-1):
    b=name.encode('utf-16-le')+b"\0\0"
    return b.ljust(64,b"\0")+struct.pack('<HBBiii',len(b),typ,1,left,right,child)+b"\0"*36+struct.pack('<iII',start,size,0)
ns_w,ns_t=len(wd)//512,len(tb)//512
fat=[-3,-2]+[i for i in range(3,2+ns_w)]+[-2]+[i for i in range(3+ns_w,2+ns_w+ns_t)]+[-2]
fat+= [-1]*(128-len(fat))
dirs=ent("Root Entry",5,-2,0,child=1)+ent("WordDocument",2,2,len(wd),right=2)+ent("1Table",2,2+ns_w,len(tb))+b"\0"*128
hdr=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+b"\0"*16+struct.pack('<HHHHH',0x3E,3,0xFFFE,9,6)+b"\0"*6+struct.pack('<IIiIIiIiI',0,1,1,0,4096,-2,0,-2,0)+struct.pack('<i',0)+struct.pack('<i',-1)*108
open('word.doc','wb').write(hdr+struct.pack('<128i',*fat)+dirs+bytes(wd)+bytes(tb))
# --- winmail.dat
def attr(level,typ,data): return struct.pack('<BII',level,typ,len(data))+data+struct.pack('<H',sum(data)&0xffff)
body=b"Kinh gui Ban bien tap, So gui tin kem theo.\r\n\0"
t=struct.pack('<IH',0x223e9f78,1)+attr(1,0x00089006,b"\0\0\1\0")+attr(1,0x0002800C,body)
t+=attr(2,0x00069002,b"\1\0"+b"\0"*12)+attr(2,0x00018010,b"tin.txt\0")+attr(2,0x0006800F,"Tin: hội nghị sơ kết sáu tháng".encode())
t+=attr(2,0x00069002,b"\1\0"+b"\0"*12)+attr(2,0x00018010,b"../../evil.pdf\0")+attr(2,0x0006800F,textpdf())
open('winmail.dat','wb').write(t)
